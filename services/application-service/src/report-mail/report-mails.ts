import {
  addReportMail,
  type Database,
  isUnavailable,
  type NewMail,
  type ReportReader,
  reportOrganisationsOf,
  reportReadersLeft,
  systemScope,
  withScope,
} from '@stellacontrol/database'
import type { MonthlyReport } from '@stellacontrol/protocol'
import { describe, type Log, pause } from '@stellacontrol/runtime'
import { readMonthlyReport } from '../alerts/monthly-report.ts'
import { type DueMonth, dueMonth, monthBefore } from './due-month.ts'
import { type OrganisationMonth, writeReport } from './report-letter.ts'

const lookEveryMs = 5 * 60_000
const readersAtOnce = 50

export interface ReportMailing {
  database: Database
  log: Log
  publicUrl: string | undefined
  /** Says that the outbox has something to send. */
  notice: () => void
  now: () => number
}

/** Puts the report of the month before into the outbox, once for each who wants it, whenever one is due, until the signal aborts. */
export async function mailReports(mailing: ReportMailing, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const due = dueMonth(mailing.now())
      if (due !== undefined) await mailMonth(mailing, due, signal)
    } catch (error) {
      if (!isUnavailable(error) && !signal.aborted) {
        mailing.log.error({ error: describe(error) }, 'report.mailing-failed')
      }
    }
    await pause(lookEveryMs, signal)
  }
}

/** One reader after the other: several instances may do it at once, and each reader gets one mail. */
async function mailMonth(mailing: ReportMailing, due: DueMonth, signal: AbortSignal): Promise<void> {
  const { database, log, notice } = mailing
  const { month, endedAt } = due
  const reports = new Reports(mailing, due)
  while (!signal.aborted) {
    const readers = await withScope(database, systemScope, (queries) =>
      reportReadersLeft(queries, { month, endedAt, limit: readersAtOnce }),
    )
    for (const reader of readers) {
      if (signal.aborted) return
      const mail = await mailFor(mailing, reports, reader, due)
      const isFirst = await withScope(database, systemScope, (queries) =>
        addReportMail(queries, { userId: reader.id, month, mail }),
      )
      if (isFirst) log.info({ userId: reader.id, month, isEmpty: mail === undefined }, 'report.mailed')
      if (isFirst) notice()
    }
    if (readers.length < readersAtOnce) return
  }
}

/** Undefined if none of their organisations had a device in the month. */
async function mailFor(
  { database, publicUrl }: ReportMailing,
  reports: Reports,
  { id, email: recipient }: ReportReader,
  { uselessAt }: DueMonth,
): Promise<NewMail | undefined> {
  const organisations = await withScope(database, systemScope, (queries) => reportOrganisationsOf(queries, id))
  const months: OrganisationMonth[] = []
  for (const organisation of organisations) {
    const report = await reports.of(organisation.id)
    if (report.devices > 0) months.push({ report, before: undefined })
  }
  const [only] = months
  if (only === undefined) return undefined
  if (months.length === 1) only.before = await reports.before(only.report.organisation.id)
  return { ...writeReport(months, publicUrl), recipient, uselessAt }
}

/** Each organisation's month is read once, however many are told of it. */
class Reports {
  private readonly read = new Map<number, MonthlyReport>()
  private readonly mailing: ReportMailing
  private readonly due: DueMonth

  constructor(mailing: ReportMailing, due: DueMonth) {
    this.mailing = mailing
    this.due = due
  }

  async of(organisation: number): Promise<MonthlyReport> {
    const known = this.read.get(organisation)
    if (known !== undefined) return known
    const report = await this.monthOf(organisation, this.due.month)
    this.read.set(organisation, report)
    return report
  }

  /** Of the month before that one; undefined if there was no device then. */
  async before(organisation: number): Promise<MonthlyReport | undefined> {
    const report = await this.monthOf(organisation, monthBefore(Date.parse(`${this.due.month}-01T00:00:00Z`)))
    return report.devices > 0 ? report : undefined
  }

  private monthOf(organisation: number, month: string): Promise<MonthlyReport> {
    const { database, now } = this.mailing
    return withScope(database, systemScope, (queries) =>
      readMonthlyReport(queries, systemScope, { organisation, month }, now()),
    )
  }
}
