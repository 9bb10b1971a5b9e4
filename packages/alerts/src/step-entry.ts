import type { AlertRule, Hold } from '@stellacontrol/protocol'
import type { CompiledRule } from './compile-rules.ts'
import type { EntryState, Progress } from './device-state.ts'

/** So many raises within `flappingWithinMs` are flapping: one state and one message, until it has been quiet for long enough. */
const flappingRaises = 4
const flappingWithinMs = 6 * 3_600_000
const flappingQuietMs = 3_600_000

export type Outcome = 'raised' | 'cleared' | 'flapping'

/** As much of a rule as steps need. */
export type SteppedRule = Pick<CompiledRule, 'levels' | 'sign'> & { rule: Pick<AlertRule, 'clear'> }

export interface Step {
  /** Undefined = nothing is left to remember. */
  entry: EntryState | undefined
  outcome?: Outcome
  /** Epoch ms since when the condition held that raised it. */
  since?: number
}

const idle: EntryState = Object.freeze({ level: -1, raising: [], raises: [] }) as unknown as EntryState

/**
 * Takes one value of a rule's subject. `value` null = the rule does not apply now, which counts as good. An absent value is no
 * reason to call this: it neither raises nor clears. Pure.
 */
export function stepValue(
  compiled: SteppedRule,
  before: EntryState | undefined,
  value: number | null,
  now: number,
): Step {
  const { levels, sign } = compiled
  const turned = value === null ? Number.NEGATIVE_INFINITY : value * sign
  const [lowest] = levels
  // Nearly every value of a healthy fleet ends here.
  if (before === undefined && (lowest === undefined || turned <= lowest.raiseAt)) return { entry: undefined }
  const known = before ?? idle
  const entry: EntryState = {
    ...known,
    raising: levels.map(({ raiseAt }, index) => (turned > raiseAt ? advance(known.raising[index], now) : null)),
  }
  if (value !== null) entry.value = value
  if (known.level >= 0 && lowest !== undefined && turned <= lowest.clearAt)
    entry.clearing = advance(known.clearing, now)
  else delete entry.clearing
  return settle(compiled, entry, now)
}

/** What time alone brings about: holds that end. Pure. */
export function stepTime(compiled: SteppedRule, entry: EntryState, now: number): Step {
  return settle(compiled, entry, now)
}

/** When a running hold ends, unless another report comes first; undefined while none can. */
export function holdEndsAt(compiled: SteppedRule, entry: EntryState): number | undefined {
  const ends = compiled.levels.flatMap(({ hold }, index) => {
    const progress = entry.raising[index]
    return index > entry.level && progress && progress.samples >= hold.samples ? [progress.since + hold.holdMs] : []
  })
  const hold = clearHold(compiled, entry)
  if (entry.clearing && entry.clearing.samples >= hold.samples) ends.push(entry.clearing.since + hold.holdMs)
  return ends.length === 0 ? undefined : Math.min(...ends)
}

function settle(compiled: SteppedRule, entry: EntryState, now: number): Step {
  const { levels } = compiled
  for (let index = levels.length - 1; index > entry.level; index--) {
    const progress = entry.raising[index]
    const hold = levels[index]?.hold
    if (progress && hold && isOver(progress, hold, now)) return raise(entry, index, progress.since, now)
  }
  if (entry.clearing && isOver(entry.clearing, clearHold(compiled, entry), now)) return clear(entry, now)
  const isForgotten = entry.level < 0 && entry.raises.every((at) => at <= now - flappingWithinMs)
  return { entry: isForgotten && entry.raising.every((progress) => progress === null) ? undefined : entry }
}

/** Raises a level, or the next one of what is raised already. */
export function raise(before: EntryState, level: number, since: number, now: number): Step {
  const entry: EntryState = { ...before, level, since: before.since ?? since }
  delete entry.clearing
  const isNew = before.level < 0
  if (isNew) entry.raises = [...before.raises.filter((at) => at > now - flappingWithinMs), now].slice(-flappingRaises)
  const isFlapping = entry.raises.length >= flappingRaises && !before.isFlapping && isNew
  if (isFlapping) entry.isFlapping = true
  return { entry, outcome: isFlapping ? 'flapping' : 'raised', since: entry.since as number }
}

/** Clears it; the raises of the last hours are remembered, so that flapping is noticed. */
export function clear(before: EntryState, now: number): Step {
  const raises = before.isFlapping ? [] : before.raises.filter((at) => at > now - flappingWithinMs)
  const entry: EntryState = { level: -1, raising: before.raising, raises }
  if (before.value !== undefined) entry.value = before.value
  const isEmpty = raises.length === 0 && entry.raising.every((progress) => progress === null)
  return { entry: isEmpty ? undefined : entry, outcome: 'cleared' }
}

function clearHold({ rule }: SteppedRule, entry: EntryState): Hold {
  if (!entry.isFlapping) return rule.clear
  return { holdMs: Math.max(rule.clear.holdMs, flappingQuietMs), samples: rule.clear.samples }
}

function advance(progress: Progress | null | undefined, now: number): Progress {
  return progress ? { since: progress.since, samples: progress.samples + 1 } : { since: now, samples: 1 }
}

function isOver(progress: Progress, hold: Hold, now: number): boolean {
  return progress.samples >= hold.samples && now - progress.since >= hold.holdMs
}
