import type { MadeUpPerson } from './made-up-registry.ts'

export interface MadeUpRequest {
  method: string
  url: URL
  /** Parsed JSON, or the text of anything else. */
  body: unknown
  /** Undefined where nobody is signed in. */
  person: MadeUpPerson | undefined
}
export interface MadeUpAnswer {
  status: number
  /** A code of a problem where `status` is 400 or more. */
  body?: unknown
}

export const problem = (status: number, code: string): MadeUpAnswer => ({ status, body: code })
export const ok = (body: unknown): MadeUpAnswer => ({ status: 200, body })
export const done: MadeUpAnswer = { status: 204 }
export const notFound = problem(404, 'not-found')
export type SignedIn = MadeUpRequest & { person: MadeUpPerson }
