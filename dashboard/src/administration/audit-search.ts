/** What decides which audit events are shown: exactly what stands in the address. Days are those of the reader. */
export interface AuditSearch {
  organisation?: number | undefined
  action?: string | undefined
  objectKind?: string | undefined
  objectId?: string | undefined
  /** YYYY-MM-DD, both days included. */
  from?: string | undefined
  to?: string | undefined
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/

/** Reads an address; what is malformed is left out. */
export function parseAuditSearch(input: Record<string, unknown>): AuditSearch {
  const text = (name: string) => {
    const value = input[name]
    const word = typeof value === 'number' ? String(value) : value
    return typeof word === 'string' && word !== '' && word.length <= 64 ? word : undefined
  }
  const day = (name: string) => {
    const value = text(name)
    return value !== undefined && dayPattern.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined
  }
  const organisation = positive(input.organisation)
  const entries = {
    organisation,
    action: text('action'),
    objectKind: text('objectKind'),
    objectId: text('objectId'),
    from: day('from'),
    to: day('to'),
  }
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
}

/** The filters of `GET /v1/audit` and `/v1/audit.csv`. */
export function toAuditQuery(search: AuditSearch): string {
  const parameters = new URLSearchParams()
  for (const name of ['organisation', 'action', 'objectKind', 'objectId'] as const)
    if (search[name] !== undefined) parameters.set(name, String(search[name]))
  if (search.from !== undefined) parameters.set('from', new Date(`${search.from}T00:00:00`).toISOString())
  if (search.to !== undefined) parameters.set('to', new Date(`${search.to}T23:59:59.999`).toISOString())
  return parameters.toString()
}

/** A number of an object in an address; undefined for anything else. */
export function positive(value: unknown): number | undefined {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}
