import { z } from 'zod'

/** Building stones of the API's schemas. */
export const isoMoment = z.string().describe('ISO 8601, UTC')
export const reference = z.object({ id: z.number().int(), name: z.string() })
export const idParameter = z.object({ id: z.coerce.number().int().positive() })
const controlProblem = 'no control characters, and no half of a surrogate pair'
const lineOf = (text: z.ZodString) => text.regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, controlProblem)
/**
 * What people type: trimmed, never empty, without control characters, which would break lists, logs, e-mails and terminals, and
 * without lone surrogates, which no UTF-8 can hold. Everything else comes back as it was.
 */
export const line = (longest: number) => lineOf(z.string().trim().min(1).max(longest))
/** The same, or nothing; blanks are nothing. */
export const optionalLine = (longest: number) => lineOf(z.string().trim().max(longest))
/** Text of several lines. */
export const paragraph = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^(?:[\t\n\r]|[^\p{Cc}\p{Cs}])*$/u, controlProblem)
export const latitude = z.number().min(-90).max(90)
export const longitude = z.number().min(-180).max(180)
/** Pages of a list: `nextCursor` of the page before. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(500).optional().describe('nextCursor of the page before'),
}
/** Pages of a list in the order of names. */
export const namedPageQuery = {
  ...pageQuery,
  search: z.string().max(100).optional().describe('words that must all be part of it, in capitals or not'),
}
/** One page of a list, as `GET /v1/devices` answers. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    total: z.number().int().describe('how many match, on all pages'),
    nextCursor: z.string().nullable().describe('null on the last page'),
  })
/** One page of a list, as whoever reads it works with it. */
export interface Page<Item> {
  items: Item[]
  total: number
  nextCursor: string | null
}
export const ofOrganisation = z.coerce.number().int().positive().optional()
/** One person's password, as it is chosen. NFKC before hashing; nothing is cut off. */
export const newPassword = z
  .string()
  .min(12)
  .max(256)
  .describe('12 to 256 characters, not among the commonly used ones')

/** Any of these words, comma-separated. */
export const anyOf = <Value extends string>(values: readonly [Value, ...Value[]]) =>
  z.preprocess(
    (input) => (typeof input === 'string' ? input.split(',').filter(Boolean) : input),
    z.array(z.enum(values)).optional(),
  )
