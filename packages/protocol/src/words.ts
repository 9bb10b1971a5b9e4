/**
 * The words that stand for the numbers of the .proto enumerations in JSON. Index = number on the wire; a number that is
 * not listed here (a newer firmware) becomes 'unknown'.
 */
export const reportModes = ['unknown', 'normal', 'live', 'backfill'] as const
export const resetReasons = ['unknown', 'power', 'watchdog', 'command', 'firmware', 'crash'] as const
export const powerSources = ['unknown', 'mains', 'dc', 'battery', 'poe', 'solar'] as const
export const bearers = ['unknown', 'ethernet', 'gsm', 'wcdma', 'lte', 'nr', 'wlan'] as const
export const bandStates = [
  'unknown',
  'off',
  'starting',
  'active',
  'standby',
  'reduced',
  'shut-down',
  'locked-out',
  'fault',
] as const
export const gainLimitCauses = [
  'unknown',
  'none',
  'hardware',
  'isolation',
  'agc',
  'alc',
  'regulatory',
  'temperature',
  'user',
  'standby',
] as const
export const shutdownReasons = [
  'unknown',
  'none',
  'user',
  'oscillation',
  'over-power',
  'over-input',
  'over-temperature',
  'vswr',
  'pa-fault',
  'supply',
] as const

/** The word for a number on the wire; undefined stays undefined, an unlisted number is 'unknown'. */
export function wordOf<Word extends string>(
  words: readonly Word[],
  value: number | null | undefined,
): Word | 'unknown' | undefined {
  if (value === null || value === undefined) return undefined
  return words[value] ?? 'unknown'
}
