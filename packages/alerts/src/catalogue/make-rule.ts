import type { AlertRule, Hold } from '@stellacontrol/protocol'

export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000
const monthMs = 30 * dayMs

/** One report is enough: the device itself has made sure, or it is no measurement. */
export const atOnce: Hold = { holdMs: 0, samples: 1 }
/** Two reports, and two minutes for those that report every second. */
export const twoReports: Hold = { holdMs: 2 * minuteMs, samples: 2 }
/** Three reports, and five minutes for those that report every second: levels on the air wander by 1.4 to 3.7 dB. */
export const threeReports: Hold = { holdMs: 5 * minuteMs, samples: 3 }

type Given = Omit<AlertRule, 'raise' | 'clear' | 'throttleMs' | 'recurrence' | 'recurrenceEndsAfterMs' | 'enabled'> &
  Partial<AlertRule>

/** A rule with the catalogue's usual values where it names none. */
export function makeRule(given: Given): AlertRule {
  return {
    raise: atOnce,
    clear: twoReports,
    throttleMs: hourMs,
    recurrence: 'daily',
    recurrenceEndsAfterMs: monthMs,
    enabled: true,
    ...given,
  }
}

/** The one level of a rule that looks at a flag. */
export function flagLevel(severity: AlertRule['levels'][number]['severity']): AlertRule['levels'] {
  return [{ severity, raiseAt: 0.5, clearAt: 0.5 }]
}
