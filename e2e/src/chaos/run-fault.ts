import { setTimeout as delay } from 'node:timers/promises'
import { waitFor } from '@stellacontrol/test-servers'
import type { AlertEvidence } from './alerting/alert-evidence.ts'
import { areMailsRecorded, nextPatients } from './alerting/alerting.ts'
import { Chance } from './chance.ts'
import { collectEvidence } from './collect-evidence.ts'
import type { Evidence } from './evidence.ts'
import type { Fault, Lengths, Scene } from './fault.ts'
import type { Installation } from './installation.ts'
import { judge, type Violation } from './judge.ts'
import { Load } from './load.ts'
import { hasAlertingFinished, hasReaderFinished, viewQueue } from './servers-view.ts'
import { readSubscriberRecord } from './subscriber-record.ts'

/** A device reports this often: with a few hundred devices, a thousand reports and more per second. */
const intervalSeconds = 0.2
/** PUBACK is back this soon after the fault is over. */
const pubackDeadlineMs = 20_000
/** Without load and without faults, everything is finished by then, or within as long as the longest outage lasted. */
const leastSettleDeadlineMs = 60_000

export interface Verdict {
  fault: string
  seed: number
  outcome: 'passed' | 'failed' | 'skipped'
  violations: Violation[]
  /** Counts and times, by name; times end in Ms. */
  figures: Record<string, number>
  /** Why it was skipped. */
  reason?: string
}

/**
 * Makes one fault under load and judges what it did. Safety first: the fault is on and the load is on. Then liveness: the fault is
 * off, the load ends, and everything must finish in time. The installation may have had faults before: all of its past is judged.
 */
export async function runFault(
  installation: Installation,
  fault: Fault,
  options: { seed: number; lengths: Lengths; alter?: (evidence: Evidence) => void },
): Promise<Verdict> {
  const { seed, lengths } = options
  const chance = new Chance(seed, fault.name)
  const violations: Violation[] = []
  const figures: Record<string, number> = {}
  const violate = (detail: string) => void violations.push({ rule: 'broken-meanwhile', count: 1, example: detail })
  const before = readSubscriberRecord(installation.subscriberRecord)
  const { alerting, fleet } = installation
  const load = new Load(installation, intervalSeconds, alerting ? nextPatients(alerting, fleet) : [])
  const note: Scene['note'] = (name, value) => {
    figures[name] = Math.round(value)
  }
  try {
    await load.flowing()
    await delay(lengths.beforeMs + chance.between(0, lengths.scatterMs))
    await fault.inject({ installation, load, chance, lengths, note, violate })
  } catch (error) {
    violate(error instanceof Error ? error.message : String(error))
  }
  await installation.heal()
  violations.push(...(await finish(installation, load, lengths, figures)))
  const { unordered } = load
  await load[Symbol.asyncDispose]()
  const evidence = await collectEvidence(installation, {
    unordered,
    mayRepeatAnnouncements: fault.mayRepeatAnnouncements ?? false,
    announcedBefore: new Map([...before].map(([serial, keys]) => [serial, keys.length])),
  })
  options.alter?.(evidence)
  violations.push(...judge(evidence))
  if (alerting) Object.assign(figures, figuresOfAlerts(evidence.alerts))
  Object.assign(figures, { sent: load.sent, acknowledged: load.acknowledged }, figuresOf(evidence))
  const hasLost = violations.some(({ rule }) => rule === 'lost')
  const isPassed = fault.mustLose ? hasLost : violations.length === 0
  return { fault: fault.name, seed, outcome: isPassed ? 'passed' : 'failed', violations, figures }
}

/** The liveness phase. */
async function finish(
  installation: Installation,
  load: Load,
  lengths: Lengths,
  figures: Record<string, number>,
): Promise<Violation[]> {
  const violations: Violation[] = []
  const settleDeadlineMs = Math.max(leastSettleDeadlineMs, lengths.outageMs)
  const late = (example: string) => void violations.push({ rule: 'not-finished', count: 1, example })
  const resumedMs = await load.untilNextPuback(pubackDeadlineMs)
  if (resumedMs === undefined) late(`no PUBACK within ${pubackDeadlineMs} ms after the fault`)
  else figures.pubackResumedMs = resumedMs
  await delay(lengths.afterMs)
  figures.longestPubackGapMs = load.longestGapMs
  const startedAt = performance.now()
  if (!(await load.settle(settleDeadlineMs))) late('devices still wait for PUBACK')
  figures.settledMs = Math.round(performance.now() - startedAt)
  await waitFor(async () => (await viewQueue(installation.stack)).queued === 0, {
    what: 'the queue to drain',
    deadlineMs: settleDeadlineMs,
    intervalMs: 50,
  }).catch(({ message }: Error) => late(message))
  await waitFor(() => hasReaderFinished(installation.stack), {
    what: 'the subscriber to finish',
    deadlineMs: settleDeadlineMs,
    intervalMs: 50,
  }).catch(({ message }: Error) => late(message))
  const { alerting } = installation
  if (alerting) {
    const isFinished = async () =>
      (await hasAlertingFinished(installation.stack)) && (await areMailsRecorded(alerting, installation.stack.database))
    await waitFor(isFinished, {
      what: 'everybody to be told',
      // What could not be sent is tried again after as long as it took already.
      deadlineMs: settleDeadlineMs,
      intervalMs: 100,
    }).catch(({ message }: Error) => late(message))
  }
  figures.drainedMs = Math.round(performance.now() - startedAt)
  return violations
}

function figuresOf({ ledger, announced, reports, stored }: Evidence): Record<string, number> {
  const total = [...announced.values()].reduce((sum, keys) => sum + keys.length, 0)
  const distinct = [...announced.values()].reduce((sum, keys) => sum + new Set(keys).size, 0)
  let everAcknowledged = 0
  for (const own of reports.values()) for (const report of own.values()) if (report.isAcknowledged) everAcknowledged++
  const duplicateRows = stored.reduce((sum, { rows }) => sum + rows - 1, 0)
  return {
    everAcknowledged,
    ...{ stored: ledger.stored, setAside: ledger.setAside, resent: ledger.duplicates, duplicateRows },
    ...{ announced: distinct, announcedAgain: total - distinct },
  }
}

function figuresOfAlerts(evidence: AlertEvidence | undefined): Record<string, number> {
  if (evidence === undefined) return {}
  const { patients, incidents, mails } = evidence
  const distinct = new Set(mails.map(({ messageId }) => messageId)).size
  return {
    mainsCut: patients.length,
    mainsCutUnseen: patients.filter(({ isSeen }) => !isSeen).length,
    incidents: incidents.length,
    mails: distinct,
    mailsAgain: mails.length - distinct,
  }
}
