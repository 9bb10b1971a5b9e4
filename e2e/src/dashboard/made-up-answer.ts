import { type Problem, siteListQuerySchema as pageQuerySchema } from '@stellacontrol/protocol'
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
  /** What is wrong with what was sent. */
  fields?: Problem['fields']
  /** What is wrong in words, where a code does not say it. */
  detail?: string
  /** Instead of JSON: what a frame shows. */
  html?: string
  /** Instead of one JSON: a line of it after another, until the client goes away. */
  lines?: (signal: AbortSignal) => AsyncIterable<unknown>
}

export const problem = (status: number, code: string, fields?: Problem['fields']): MadeUpAnswer => ({
  ...{ status, body: code, fields },
})
export const ok = (body: unknown): MadeUpAnswer => ({ status: 200, body })
export const done: MadeUpAnswer = { status: 204 }
/** For so long a sign-in or a proof is enough for sensitive changes. */
export const provenMs = 10 * 60_000
export const notFound = problem(404, 'not-found')
export type SignedIn = MadeUpRequest & { person: MadeUpPerson }

/** One page of a list by name, of those whose text has all words of the search; the cursor is a place in it. */
export function pageOf<Item>(items: readonly Item[], url: URL, textOf: (item: Item) => string) {
  const { limit, cursor, search } = pageQuerySchema.parse(Object.fromEntries(url.searchParams))
  const words = search?.toLowerCase().split(/\s+/).filter(Boolean) ?? []
  const matching = items
    .filter((item) => words.every((word) => textOf(item).toLowerCase().includes(word)))
    .sort((left, right) => (textOf(left).toLowerCase() < textOf(right).toLowerCase() ? -1 : 1))
  const from = Number(cursor ?? 0)
  const isLast = from + limit >= matching.length
  const page = { items: matching.slice(from, from + limit), total: matching.length }
  return { ...page, nextCursor: isLast ? null : String(from + limit) }
}
