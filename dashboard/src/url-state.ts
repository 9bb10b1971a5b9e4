/**
 * Search parameters as people can read and write them: `?presence=stale,offline&sort=name`. Lists are joined by commas; what
 * is undefined or empty is left out.
 */
export function stringifySearch(search: Record<string, unknown>): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === '') continue
    const text = (Array.isArray(value) ? value : [value]).map((part) => encodeURIComponent(String(part))).join(',')
    parts.push(`${encodeURIComponent(name)}=${text}`)
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

/** Every parameter as text; what it means is for each page to say. */
export function parseSearch(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query))
}

/** A path of this page to go to after signing in; undefined for anything that leads elsewhere. */
export function localPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\/(?![/\\])/.test(value)) return undefined
  return value
}
