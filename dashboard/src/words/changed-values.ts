/** One thing that changed: its name in words, its values as text; undefined where there was or is none. */
export interface ChangedValue {
  name: string
  before: string | undefined
  after: string | undefined
}

/** What differs between the two sides of an audit event, for reading. Values of whatever shape become text. */
export function changedValues(before: unknown, after: unknown): ChangedValue[] {
  const left = fieldsOf(before)
  const right = fieldsOf(after)
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((name) => ({ name: wordsOf(name), before: left.get(name), after: right.get(name) }))
    .filter((change) => change.before !== change.after)
}

function fieldsOf(side: unknown): Map<string, string | undefined> {
  if (side === null || side === undefined) return new Map()
  if (typeof side !== 'object' || Array.isArray(side)) return new Map([['value', textOf(side)]])
  return new Map(Object.entries(side).map(([name, value]) => [name, textOf(value)]))
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map((item) => textOf(item) ?? '').join(', ') || undefined
  if (typeof value === 'object' && 'name' in value && typeof value.name === 'string') return value.name
  return JSON.stringify(value)
}

/** "timeZone" reads "Time zone". */
function wordsOf(name: string): string {
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
