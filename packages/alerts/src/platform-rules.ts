import type { Hold, RuleLevel } from '@stellacontrol/protocol'
import type { EntryState } from './device-state.ts'
import type { Decision } from './evaluate.ts'
import { stepValue } from './step-entry.ts'

/** What the platform watches of itself. A figure that could not be measured is absent. */
export type PlatformFigure = keyof typeof platformRules
export type PlatformFigures = Partial<Record<PlatformFigure, number>>
/** What is remembered, by figure. */
export type PlatformEntries = Partial<Record<PlatformFigure, EntryState>>

export interface PlatformRule {
  id: string
  name: string
  unit: string
  is: 'above' | 'below'
  levels: readonly RuleLevel[]
  raise: Hold
  clear: Hold
  advice: string
  /** Why these values. */
  basis: string
  says: (value: number) => string
}

const minuteMs = 60_000
/** Two looks, half a minute: what passes by itself is not told. */
const usual: Hold = { holdMs: 30_000, samples: 2 }
const calm: Hold = { holdMs: 5 * minuteMs, samples: 2 }
const rule = (given: Omit<PlatformRule, 'raise' | 'clear'> & Partial<PlatformRule>): PlatformRule => ({
  ...{ raise: usual, clear: calm },
  ...given,
})

/** The platform's own alerts; they go to the manufacturer's administrators. */
export const platformRules = {
  queueFilledPercent: rule({
    ...{ id: 'platform-queue-filling', name: 'Queue is filling', unit: '%', is: 'above' },
    levels: [
      { severity: 'minor', raiseAt: 50, clearAt: 40 },
      { severity: 'major', raiseAt: 75, clearAt: 40 },
      { severity: 'critical', raiseAt: 90, clearAt: 40 },
    ],
    advice: 'Start more message processors, or see why PostgreSQL takes no history; a full queue stops PUBACK.',
    basis:
      'A full queue stops PUBACK, and devices keep their reports: half full leaves time to add a processor, 90 % does not.',
    says: (value) => `The queue's memory is ${Math.round(value)} % full`,
  }),
  outageAllowanceHours: rule({
    ...{ id: 'platform-outage-allowance', name: 'Little outage allowance', unit: 'h', is: 'below' },
    levels: [{ severity: 'major', raiseAt: 1, clearAt: 1.5 }],
    raise: { holdMs: 15 * minuteMs, samples: 2 },
    advice: 'Give the queue more memory: if PostgreSQL stopped now, devices would be refused within the hour.',
    basis:
      'House plan: under an hour is too little to mend a database in. A quarter of an hour: devices that hand in what they kept make a rush that is over within minutes.',
    says: (value) => `PostgreSQL could be away for ${Math.round(value * 60)} min at this rate of reports`,
  }),
  historyLagMinutes: rule({
    ...{ id: 'platform-history-lag', name: 'History is behind', unit: 'min', is: 'above' },
    levels: [
      { severity: 'minor', raiseAt: 5, clearAt: 1 },
      { severity: 'major', raiseAt: 60, clearAt: 1 },
    ],
    advice: 'Live values and alerts go on. Look at PostgreSQL and at the message processors.',
    basis:
      'Charts end earlier than now; live values do not. A processor that starts again catches up within five minutes.',
    says: (value) => `History is ${Math.round(value)} min behind`,
  }),
  setAsideLastHour: rule({
    ...{ id: 'platform-set-aside', name: 'Messages were set aside', unit: '', is: 'above' },
    levels: [
      { severity: 'warning', raiseAt: 0, clearAt: 0 },
      { severity: 'minor', raiseAt: 100, clearAt: 0 },
    ],
    advice: 'Look at the set-aside messages: they are kept with their reason and can be put through again.',
    basis:
      'Each is a message that was acknowledged and could not be stored; a hundred an hour is a firmware that speaks otherwise.',
    says: (value) => `${value} ${value === 1 ? 'message was' : 'messages were'} set aside in the last hour`,
  }),
  partitionsWithoutOwner: rule({
    ...{ id: 'platform-partition-without-owner', name: 'Nobody reads a partition', unit: '', is: 'above' },
    levels: [{ severity: 'critical', raiseAt: 0, clearAt: 0 }],
    clear: { holdMs: 0, samples: 2 },
    advice: 'Start a message processor: the reports of these devices wait.',
    basis: 'A dead processor’s partitions are taken over within 10 s: after half a minute nobody is there to do it.',
    says: (value) =>
      `${value} ${value === 1 ? 'partition of the queue is' : 'partitions of the queue are'} read by nobody`,
  }),
  diskFreeGibibytes: rule({
    ...{ id: 'platform-disk', name: 'Disk is filling', unit: 'GiB', is: 'below' },
    levels: [
      { severity: 'minor', raiseAt: 2, clearAt: 3 },
      { severity: 'critical', raiseAt: 0.25, clearAt: 3 },
    ],
    advice: 'Make room: without it Redis and PostgreSQL stop taking reports.',
    basis: 'What Redis and PostgreSQL need to rewrite their logs; at 256 MiB they are about to stop.',
    says: (value) => `${Math.round(value * 10) / 10} GiB are free for the data`,
  }),
  certificateDays: rule({
    ...{ id: 'platform-certificate', name: 'Certificate ends soon', unit: 'd', is: 'below' },
    levels: [
      { severity: 'minor', raiseAt: 14, clearAt: 15 },
      { severity: 'critical', raiseAt: 3, clearAt: 15 },
    ],
    advice: 'Renew the certificate; the files are read again without a restart.',
    basis: 'Authorities that renew by themselves do it 30 days ahead: at 14 days something does not work.',
    says: (value) => (value < 0 ? 'A certificate has ended' : `A certificate ends in ${Math.floor(value)} days`),
  }),
} as const satisfies Record<string, PlatformRule>

/** A decision about the platform, with its sentence. */
export type PlatformDecision = Decision & { figure: PlatformFigure; text: string }

/** What the figures of this moment (epoch ms) make of what was known: the same holds and hysteresis as for devices. Pure. */
export function evaluatePlatform(
  before: PlatformEntries,
  figures: PlatformFigures,
  now: number,
): { entries: PlatformEntries; decisions: PlatformDecision[] } {
  const entries: PlatformEntries = { ...before }
  const decisions: PlatformDecision[] = []
  for (const figure of Object.keys(platformRules) as PlatformFigure[]) {
    const value = figures[figure]
    if (value === undefined) continue
    const own: PlatformRule = platformRules[figure]
    const step = stepValue(compile(own), before[figure], value, now)
    if (step.entry === undefined) delete entries[figure]
    else entries[figure] = step.entry
    if (step.outcome !== undefined) decisions.push(decide(figure, own, before[figure], step, value, now))
  }
  return { entries, decisions }
}

function decide(
  figure: PlatformFigure,
  own: PlatformRule,
  before: EntryState | undefined,
  { entry, outcome, since }: ReturnType<typeof stepValue>,
  value: number,
  now: number,
): PlatformDecision {
  const isClear = outcome === 'cleared'
  const level = own.levels[isClear ? (before?.level ?? 0) : (entry?.level ?? 0)]
  return {
    ...{ figure, rule: own.id, subject: undefined, at: now, value, text: own.says(value), hiddenBy: undefined },
    do: isClear ? 'clear' : 'raise',
    severity: level?.severity ?? 'warning',
    since: since ?? before?.since ?? now,
    threshold: isClear ? level?.clearAt : level?.raiseAt,
    isFlapping: outcome === 'flapping',
    ...(isClear ? { reason: 'good-again' as const } : {}),
  }
}

function compile({ levels, is, raise, clear }: PlatformRule) {
  const sign: 1 | -1 = is === 'above' ? 1 : -1
  const compiled = levels.map(({ severity, raiseAt, clearAt }) => ({
    severity,
    raiseAt: raiseAt * sign,
    clearAt: clearAt * sign,
    hold: raise,
  }))
  return { sign, levels: compiled, rule: { clear } }
}
