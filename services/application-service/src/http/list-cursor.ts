import { z } from 'zod'
import { ApiProblem } from './problem.ts'

/** Where a page ended: the value the list is ordered by, and the key (serial, id) that makes it one row. */
export interface ListPosition<Value, Key> {
  value: Value
  key: Key
}

type Scalar = string | number | null
const encodedSchema = z.tuple([
  z.string(),
  z.union([z.string(), z.number(), z.null()]),
  z.union([z.string(), z.number()]),
])

/** Opaque to clients: they give it back with the same order and filters. */
export function encodeCursor(order: string, { value, key }: ListPosition<Scalar, string | number>): string {
  return Buffer.from(JSON.stringify([order, value, key])).toString('base64url')
}

/** @throws ApiProblem `cursor-invalid` if it was not made by `encodeCursor` for this order */
export function decodeCursor(cursor: string, order: string): ListPosition<Scalar, string | number> {
  const decoded = encodedSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()))
  if (!decoded.success || decoded.data[0] !== order) throw new ApiProblem('cursor-invalid')
  const [, value, key] = decoded.data
  return { value, key }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
