const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const units = [
  { name: 'd', lengthMs: dayMs },
  { name: 'h', lengthMs: hourMs },
  { name: 'min', lengthMs: minuteMs },
  { name: 's', lengthMs: secondMs },
] as const

/** A length of time as it can be typed back: "2 d 4 h", "10 min", "0 s". Nothing of it is rounded, down to a second. */
export function formatLength(lengthMs: number): string {
  let rest = Math.round(lengthMs / secondMs) * secondMs
  const parts: string[] = []
  for (const { name, lengthMs: unitMs } of units) {
    const amount = Math.floor(rest / unitMs)
    if (amount === 0) continue
    parts.push(`${amount} ${name}`)
    rest -= amount * unitMs
  }
  return parts.length === 0 ? '0 s' : parts.join(' ')
}

const unitPatterns: [RegExp, number][] = [
  [/^(?:s|secs?|seconds?)$/, secondMs],
  [/^(?:m|mins?|minutes?)$/, minuteMs],
  [/^(?:h|hrs?|hours?)$/, hourMs],
  [/^(?:d|days?)$/, dayMs],
  [/^(?:w|weeks?)$/, 7 * dayMs],
]

/** Reads what people type: "10 min", "2h 30m", "1.5 d", "0". Undefined for what is no length of time. In ms. */
export function parseLength(text: string): number | undefined {
  const typed = text.trim().toLowerCase().replaceAll(',', '.')
  if (typed === '0') return 0
  if (!/^(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/.test(typed)) return undefined
  let lengthMs = 0
  for (const [, amount, unit] of typed.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const unitMs = unitPatterns.find(([pattern]) => pattern.test(unit ?? ''))?.[1]
    if (unitMs === undefined) return undefined
    lengthMs += Number(amount) * unitMs
  }
  return Math.round(lengthMs)
}
