import type { Queries } from './database.ts'

/** Which page of a list in the order of names. */
export interface NamedPageQuery {
  limit: number
  /** Words that must all be part of a row's text, in capitals or not. */
  search?: string | undefined
  /** Where the page before ended. */
  after?: NamedPosition | undefined
}

/** The place of a row in the order: by name, capitals or not, then by id. */
export interface NamedPosition {
  name: string
  id: number
}

export interface NamedPage<Row extends object> {
  rows: Row[]
  /** How many match, on all pages. */
  total: number
  /** Where the page ended; undefined on the last one. */
  end: NamedPosition | undefined
}

/** A list as SQL: a `select … where …` with its parameters, and the expressions by which it is ordered and searched. */
interface NamedList<Row extends object> {
  select: string
  values: readonly unknown[]
  name: string
  id: string
  text: string
  positionOf: (row: Row) => NamedPosition
}

/** Reads one page behind a position, whatever came or went before it. */
export async function readNamedPage<Row extends object>(
  queries: Queries,
  { select, values, name, id, text, positionOf }: NamedList<Row>,
  { limit, search, after }: NamedPageQuery,
): Promise<NamedPage<Row>> {
  const words = search?.split(/\s+/).filter(Boolean) ?? []
  const next = values.length + 1
  const matching = `${select} and not exists (
    select from unnest($${next}::text[]) word where position(lower(word) in lower(${text})) = 0)`
  const [counted] = await queries.query<{ total: number }>(`select count(*) as total from (${matching}) matching`, [
    ...values,
    words,
  ])
  const rows = await queries.query<Row>(
    `${matching} and ($${next + 1}::text is null or (lower(${name}), ${id}) > (lower($${next + 1}), $${next + 2}::int))
     order by lower(${name}), ${id} limit $${next + 3}`,
    [...values, words, after?.name ?? null, after?.id ?? 0, limit + 1],
  )
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return { rows: shown, total: counted?.total ?? 0, end: last && positionOf(last) }
}

const everyPage = 500

/** Every row of a list, page by page. */
export async function readEveryPage<Row extends object>(
  read: (page: NamedPageQuery) => Promise<NamedPage<Row>>,
): Promise<Row[]> {
  const rows: Row[] = []
  let after: NamedPosition | undefined
  do {
    const page = await read({ limit: everyPage, after })
    rows.push(...page.rows)
    after = page.end
  } while (after !== undefined)
  return rows
}
