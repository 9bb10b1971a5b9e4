import { CommandError } from '../exit-code.ts'

const unitsMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const longestMs = 30 * 86_400_000

/** A time as it is typed, in ms. @throws CommandError `usage` for what is none, or longer than 30 days */
export function durationMs(typed: string, leastMs = 60_000): number {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(typed) ?? []
  const ms = Number(count) * (unitsMs[unit ?? ''] ?? Number.NaN)
  if (ms >= leastMs && ms <= longestMs) return ms
  throw new CommandError('usage', `"${typed}" is no time such as 30m, 4h or 7d, of at most 30 days.`)
}
