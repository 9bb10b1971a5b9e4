import type { NamedPage, NamedPageQuery, NamedPosition } from '@stellacontrol/database'
import type { Page } from '@stellacontrol/protocol'
import { decodeCursor, encodeCursor } from './list-cursor.ts'
import { ApiProblem } from './problem.ts'

const order = 'name'
/** What PostgreSQL takes for an id. */
const largestId = 2_147_483_647

interface PageRequest {
  limit: number
  search?: string | undefined
  cursor?: string | undefined
}

/** The page that a request asks for. @throws ApiProblem `cursor-invalid` */
export function namedPageOf({ limit, search, cursor }: PageRequest): NamedPageQuery {
  // PostgreSQL knows no text with this character in it, so nothing has it.
  if (search?.includes('\0')) throw new ApiProblem('request-invalid')
  return { limit, search, after: cursor === undefined ? undefined : positionOf(cursor) }
}

/** A page as the API answers it. */
export function namedAnswer<Row extends object, Item>(
  { rows, total, end }: NamedPage<Row>,
  viewOf: (row: Row) => Item,
): Page<Item> {
  const nextCursor = end === undefined ? null : encodeCursor(order, { value: end.name, key: end.id })
  return { items: rows.map(viewOf), total, nextCursor }
}

function positionOf(cursor: string): NamedPosition {
  const { value: name, key: id } = decodeCursor(cursor, order)
  const isId = typeof id === 'number' && Number.isInteger(id) && id > 0 && id <= largestId
  if (typeof name !== 'string' || name.includes('\0') || !isId) throw new ApiProblem('cursor-invalid')
  return { name, id }
}
