import { type AlertRuleOfJudge, judgeAlerts } from './alerting/judge-alerts.ts'
import type { Evidence, WitnessedReport } from './evidence.ts'
import { describeKey } from './identity-key.ts'

/** The promises, by the names under which a verdict lists what broke them. */
export const rules = [
  'lost',
  'stored-twice',
  'stored-never-sent',
  'set-aside-wrong',
  'ledger-unbalanced',
  'status-outdated',
  'status-wrong',
  'not-announced',
  'announced-out-of-order',
  'announced-twice',
  'announced-never-sent',
  'not-finished',
  'broken-meanwhile',
] as const
export type Rule = (typeof rules)[number] | AlertRuleOfJudge

export interface Violation {
  rule: Rule
  count: number
  /** The first case, for whoever looks for the cause. */
  example: string
}

/** Decides whether the promises were kept. Pure: the same evidence gives the same verdict. */
export function judge(evidence: Evidence): Violation[] {
  const found = new Findings()
  judgeHistory(evidence, found)
  judgeSetAside(evidence, found)
  judgeLedger(evidence, found)
  judgeStatuses(evidence, found)
  judgeAnnouncements(evidence, found)
  if (evidence.alerts) judgeAlerts(evidence.alerts, (rule, example) => found.add(rule, example))
  return found.violations
}

class Findings {
  readonly violations: Violation[] = []

  add(rule: Rule, example: string): void {
    const known = this.violations.find((violation) => violation.rule === rule)
    if (known) known.count++
    else this.violations.push({ rule, count: 1, example })
  }
}

/** Every acknowledged report is there once, and nothing is there that nobody sent. */
function judgeHistory({ reports, stored }: Evidence, found: Findings): void {
  const storedKeys = new Map<string, Set<number>>()
  for (const { serial, key, rows } of stored) {
    const keys = storedKeys.get(serial) ?? new Set()
    storedKeys.set(serial, keys.add(key))
    if (rows > 1) found.add('stored-twice', `${serial} ${describeKey(key)}: ${rows} rows`)
    const sent = reports.get(serial)?.get(key)
    if (!sent || sent.isDamaged) found.add('stored-never-sent', `${serial} ${describeKey(key)}`)
  }
  for (const [serial, own] of reports) {
    for (const [key, report] of own) {
      if (!report.isAcknowledged || report.isDamaged || storedKeys.get(serial)?.has(key)) continue
      found.add('lost', `${serial} ${describeKey(key)}: acknowledged, and not in the history`)
    }
  }
}

/** What was damaged on its way is set aside: at least each acknowledged copy, at most each copy that was sent. */
function judgeSetAside({ reports, setAside }: Evidence, found: Findings): void {
  for (const serial of new Set([...reports.keys(), ...setAside.keys()])) {
    const damaged = [...(reports.get(serial)?.values() ?? [])].filter(({ isDamaged }) => isDamaged)
    const least = damaged.filter(({ isAcknowledged }) => isAcknowledged).length
    const most = damaged.reduce((sum, { sent }) => sum + sent, 0)
    const actual = setAside.get(serial) ?? 0
    if (actual < least) found.add('lost', `${serial}: ${least} damaged reports acknowledged, ${actual} set aside`)
    if (actual > most) found.add('set-aside-wrong', `${serial}: ${most} damaged reports sent, ${actual} set aside`)
  }
}

/** Queue entries: what went in is what came out, by the platform's own counters, and the counters agree with the tables. */
function judgeLedger({ ledger, stored, setAside }: Evidence, found: Findings): void {
  const { appended, duplicates, expired, queued } = ledger
  const text = JSON.stringify(ledger)
  if (appended !== ledger.stored + duplicates + ledger.setAside + expired + queued) found.add('ledger-unbalanced', text)
  if (queued > 0) found.add('not-finished', `${queued} messages are still queued`)
  if (expired > 0) found.add('lost', `${expired} messages expired unread`)
  const rows = stored.reduce((sum, report) => sum + report.rows, 0)
  const kept = [...setAside.values()].reduce((sum, count) => sum + count, 0)
  if (rows !== ledger.stored) found.add('ledger-unbalanced', `${rows} rows, but the ledger says ${ledger.stored}`)
  if (kept !== ledger.setAside)
    found.add('ledger-unbalanced', `${kept} set aside, but the ledger says ${ledger.setAside}`)
}

const isForStatus = (report: WitnessedReport) => !report.isBackfill && !report.isDamaged

/** The status is the newest report that was acknowledged, or one sent after that; with that report's own time. */
function judgeStatuses({ reports, statuses }: Evidence, found: Findings): void {
  for (const [serial, own] of reports) {
    let newest = 0
    for (const [key, report] of own) if (report.isAcknowledged && isForStatus(report)) newest = Math.max(newest, key)
    const status = statuses.get(serial)
    if (newest > (status?.key ?? 0)) {
      const actual = status === undefined ? 'there is none' : `it is ${describeKey(status.key)}`
      found.add('status-outdated', `${serial}: should be ${describeKey(newest)}, ${actual}`)
    }
    if (status === undefined) continue
    const source = own.get(status.key)
    if (!source || !isForStatus(source)) found.add('status-wrong', `${serial}: nobody sent ${describeKey(status.key)}`)
    else if (source.at !== status.at)
      found.add('status-wrong', `${serial}: measured at ${source.at}, says ${status.at}`)
  }
}

/** Every acknowledged report for the status was announced, in order and once. */
function judgeAnnouncements(evidence: Evidence, found: Findings): void {
  const { reports, announced, unordered, mayRepeatAnnouncements, announcedBefore } = evidence
  for (const [serial, keys] of announced) {
    const seen = new Set<number>()
    let newest = 0
    for (const [index, key] of keys.entries()) {
      const source = reports.get(serial)?.get(key)
      if (!source || !isForStatus(source)) found.add('announced-never-sent', `${serial} ${describeKey(key)}`)
      if (seen.has(key)) {
        const isAllowed = mayRepeatAnnouncements || index < (announcedBefore.get(serial) ?? 0)
        if (!isAllowed) found.add('announced-twice', `${serial} ${describeKey(key)}`)
      } else if (key < newest) {
        found.add('announced-out-of-order', `${serial} ${describeKey(key)} after ${describeKey(newest)}`)
      }
      seen.add(key)
      newest = Math.max(newest, key)
    }
  }
  for (const [serial, own] of reports) {
    if (unordered.has(serial)) continue
    const seen = new Set(announced.get(serial))
    for (const [key, report] of own) {
      if (!report.isAcknowledged || !isForStatus(report) || seen.has(key)) continue
      found.add('not-announced', `${serial} ${describeKey(key)}: acknowledged, and no subscriber saw it`)
    }
  }
}
