import type { CompiledRules } from './compile-rules.ts'
import { type DeviceState, staleAfterMs } from './device-state.ts'
import { holdEndsAt } from './step-entry.ts'

/**
 * The earliest moment at which time alone can change something of a device: the end of a hold, of an event, or of patience
 * with its silence. `outageMs` = how long the platform itself could not have heard the device since its last report. Pure.
 */
export function nextDeadline(rules: CompiledRules, state: DeviceState, outageMs: number): number | undefined {
  const heardAt = state.reportedAt + outageMs
  const staleAt = heardAt + staleAfterMs(state)
  let earliest = Number.POSITIVE_INFINITY
  for (const compiled of rules.list) {
    if (compiled.rule.looksAt.kind !== 'silence') continue
    const level = state.entries[compiled.rule.id]?.level ?? -1
    const next = compiled.levels[level + 1]
    if (next) earliest = Math.min(earliest, heardAt + next.raiseAt * 60_000)
  }
  for (const [key, entry] of Object.entries(state.entries)) {
    const compiled = rules.byId.get(key.split(':', 1)[0] as string)
    if (compiled === undefined) continue
    if (entry.announceAt !== undefined) earliest = Math.min(earliest, entry.announceAt)
    if (compiled.rule.looksAt.kind === 'event') {
      if (entry.level >= 0) earliest = Math.min(earliest, (entry.raises.at(-1) ?? 0) + compiled.rule.clear.holdMs)
      continue
    }
    const endsAt = compiled.rule.looksAt.kind === 'silence' ? undefined : holdEndsAt(compiled, entry)
    if (endsAt !== undefined && endsAt <= staleAt) earliest = Math.min(earliest, endsAt)
  }
  return Number.isFinite(earliest) ? earliest : undefined
}
