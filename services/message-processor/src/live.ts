import { setImmediate as nextTurn } from 'node:timers/promises'
import { decodeReport, type RejectionReason, reportModes, reportToStatus } from '@stellacontrol/protocol'
import { limitsOf } from '@stellacontrol/protocol/models'
import {
  acceptStatuses,
  type LogEntry,
  type PartitionBatch,
  type Redis,
  rawMessageOf,
  type StatusUpdate,
  statusUpdateOf,
} from '@stellacontrol/redis'

/** One Function call takes at most this many statuses (about half a megabyte), so that Redis stays responsive. */
const maximumUpdates = 200
const backfill = reportModes.indexOf('backfill')

/** What became of a batch of the live reader. */
export interface LiveOutcome {
  accepted: number
  /** Not newer than the status that was known: repeats and reports that were overtaken. */
  stale: number
  /** Measured while the device was offline: for the history only. */
  backfilled: number
  /** Cannot be decoded; the history reader keeps them. */
  skipped: Partial<Record<RejectionReason, number>>
}

export type LiveDecision = { update: StatusUpdate } | { backfilled: true } | { skipped: RejectionReason }

/** Decides what the live view makes of a message: decode, validate, analyse. Pure. */
export function decideLive(entry: LogEntry): LiveDecision {
  const { serial, receivedAt, payload } = rawMessageOf(entry)
  const decoded = decodeReport(payload)
  if ('rejected' in decoded) return { skipped: decoded.rejected }
  const { report } = decoded
  if (report.mode === backfill) return { backfilled: true }
  return {
    update: statusUpdateOf(reportToStatus(serial, report, receivedAt, limitsOf(report.device?.model ?? undefined))),
  }
}

/**
 * Accepts and announces the reports of a batch, partitions side by side, each in order. Safe to repeat. While Redis accepts the
 * reports of one partition, those of the next are decoded: neither waits for the other.
 */
export async function handleLive(redis: Redis, batches: PartitionBatch[]): Promise<LiveOutcome> {
  const outcome: LiveOutcome = { accepted: 0, stale: 0, backfilled: 0, skipped: {} }
  const accepting: Promise<void>[] = []
  for (const batch of batches) {
    const accepted = accept(redis, batch, outcome)
    // A failure is met below, not while the rest is decoded.
    accepted.catch(() => {})
    accepting.push(accepted)
    // The client writes what it was given when the loop turns.
    await nextTurn()
  }
  await Promise.all(accepting)
  return outcome
}

async function accept(
  { state, keys }: Redis,
  { partition, entries }: PartitionBatch,
  outcome: LiveOutcome,
): Promise<void> {
  const updates = collectUpdates(entries, outcome)
  for (let start = 0; start < updates.length; start += maximumUpdates) {
    const verdicts = await acceptStatuses(state, keys, partition, updates.slice(start, start + maximumUpdates))
    for (const isAccepted of verdicts) outcome[isAccepted ? 'accepted' : 'stale']++
  }
}

function collectUpdates(entries: readonly LogEntry[], outcome: LiveOutcome): StatusUpdate[] {
  const updates: StatusUpdate[] = []
  for (const entry of entries) {
    const decision = decideLive(entry)
    if ('update' in decision) updates.push(decision.update)
    else if ('backfilled' in decision) outcome.backfilled++
    else outcome.skipped[decision.skipped] = (outcome.skipped[decision.skipped] ?? 0) + 1
  }
  return updates
}
