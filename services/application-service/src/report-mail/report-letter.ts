import { duration } from '@stellacontrol/alerts'
import { escapeHtml, oneLine } from '@stellacontrol/mail'
import { type AlertSeverity, alertSeverities, type MonthlyReport } from '@stellacontrol/protocol'
import type { MailContent } from '../mail/mail-texts.ts'

/** Longer lists are for the page: nobody reads them on a phone. */
const mostWorst = 5
const mostRules = 8
const mostOrganisations = 20

/** A month of one organisation, and the month before it if it was theirs. */
export interface OrganisationMonth {
  report: MonthlyReport
  before: MonthlyReport | undefined
}

/** One block of the mail: a heading, and figures or lines below it. */
interface Block {
  heading?: string
  lines: string[]
}

interface Link {
  label: string
  url: string
}

/**
 * The mail of a month: of one organisation in some detail, of several a line each, the worst first. Pure.
 * `publicUrl` undefined = nobody said at which address the page is, so there is no link.
 */
export function writeReport(months: readonly OrganisationMonth[], publicUrl: string | undefined): MailContent {
  const [first] = months
  if (first === undefined) throw new Error('a report is of at least one organisation')
  const isOne = months.length === 1
  const { subject, blocks } = isOne ? letterOfOne(first) : letterOfMany(months)
  return compose(subject, blocks, linksOf(first.report, isOne, publicUrl))
}

function letterOfOne({ report, before }: OrganisationMonth): { subject: string; blocks: Block[] } {
  const { organisation, devices, worstDevices, worstBands, byRule } = report
  const month = monthWords(report.month)
  const figures: Block = {
    lines: [
      `Boosters: ${devices}`,
      `Availability: ${percentWords(report)}${comparedWith(before, percentWords)}`,
      `Alerts: ${report.incidents}${severityWords(report)}${comparedWith(before, ({ incidents }) => String(incidents))}`,
      ...timeLine('Half were acknowledged within', report.secondsToAcknowledge),
      ...timeLine('Half were over within', report.secondsToClear),
    ],
  }
  const silent = worstDevices.slice(0, mostWorst).map(({ serial, name, availabilityPercent, silentSeconds }) => {
    return `${nameWords(name, serial)}: ${percent(availabilityPercent)}, silent for ${lasted(silentSeconds)}`
  })
  const bands = worstBands.slice(0, mostWorst).map(({ serial, name, band, incidents, seconds }) => {
    return `${nameWords(name, serial)}, ${band}: ${counted(incidents, 'alert')}, ${lasted(seconds)}`
  })
  const rules = byRule.slice(0, mostRules).map(({ ruleName, incidents, devices: on }) => {
    return `${ruleName}: ${incidents} on ${counted(on, 'booster')}`
  })
  const hidden = byRule.slice(mostRules).reduce((sum, { incidents }) => sum + incidents, 0)
  if (hidden > 0) rules.push(`Other rules: ${hidden}`)
  return {
    subject: `${organisation.name} in ${month}: ${percentWords(report)} available, ${counted(report.incidents, 'alert')}`,
    blocks: [
      { lines: [firstLine(report, month)] },
      { ...figures, heading: 'The month' },
      ...blockOf('Silent longest', silent),
      ...blockOf('Bands with the longest alerts', bands),
      ...blockOf('Alerts by rule', rules),
    ],
  }
}

function letterOfMany(months: readonly OrganisationMonth[]): { subject: string; blocks: Block[] } {
  const reports = months.map(({ report }) => report)
  const worst = reports.toSorted(
    (left, right) =>
      (left.availabilityPercent ?? 100) - (right.availabilityPercent ?? 100) || right.incidents - left.incidents,
  )
  const month = monthWords(reports[0]?.month ?? '')
  const sum = (of: (report: MonthlyReport) => number) => reports.reduce((total, report) => total + of(report), 0)
  const total = counted(
    sum(({ incidents }) => incidents),
    'alert',
  )
  const lines = worst.slice(0, mostOrganisations).map((report) => {
    const { organisation, devices, incidents } = report
    const alerts = `${counted(incidents, 'alert')}${severityWords(report)}`
    return `${organisation.name}: ${percentWords(report)}, ${counted(devices, 'booster')}, ${alerts}`
  })
  const hidden = worst.length - lines.length
  if (hidden > 0) lines.push(`and ${hidden} more, none of them lower`)
  const boosters = counted(
    sum(({ devices }) => devices),
    'booster',
  )
  return {
    subject: `${month}: ${reports.length} organisations, ${boosters}, ${total}`,
    blocks: [
      { lines: [`${reports.length} organisations with ${boosters} in ${month}: ${total}.`] },
      { heading: 'Availability, the lowest first', lines },
    ],
  }
}

function firstLine(report: MonthlyReport, month: string): string {
  const { organisation, availabilityPercent, incidents } = report
  const heard = availabilityPercent === null ? '' : ` was heard ${percent(availabilityPercent)} of the time`
  return `${organisation.name}${heard} in ${month}: ${counted(incidents, 'alert')}.`
}

/** " (1 critical, 3 major, 8 minor)". */
function severityWords({ bySeverity }: MonthlyReport): string {
  const parts = alertSeverities.toReversed().flatMap((severity: AlertSeverity) => {
    const amount = bySeverity[severity]
    if (amount === 0) return []
    return [severity === 'warning' ? counted(amount, severity) : `${amount} ${severity}`]
  })
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function comparedWith(before: MonthlyReport | undefined, words: (report: MonthlyReport) => string): string {
  return before === undefined ? '' : `, before: ${words(before)}`
}

function timeLine(words: string, seconds: number | null): string[] {
  return seconds === null ? [] : [`${words} ${lasted(seconds)}`]
}

function blockOf(heading: string, lines: string[]): Block[] {
  return lines.length === 0 ? [] : [{ heading, lines }]
}

function nameWords(name: string, serial: string): string {
  return name === '' || name === serial ? serial : `${name} (${serial})`
}

function percentWords({ availabilityPercent }: MonthlyReport): string {
  return availabilityPercent === null ? 'unknown' : percent(availabilityPercent)
}

/** Two decimals, and never 100 % where something was missing. */
function percent(value: number): string {
  return `${(value < 100 ? Math.min(value, 99.99) : value).toFixed(2)}\u00a0%`
}

function lasted(seconds: number): string {
  return duration(seconds * 1000)
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** "November 2026". */
function monthWords(month: string): string {
  const at = Date.parse(`${month}-01T00:00:00Z`)
  return new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(at)
}

function linksOf({ organisation, month }: MonthlyReport, isOne: boolean, publicUrl: string | undefined): Link[] {
  if (publicUrl === undefined) return []
  const base = publicUrl.replace(/\/$/, '')
  const of = isOne ? `organisation=${organisation.id}&` : ''
  return [
    { label: 'The whole report', url: `${base}/alerts/report?${of}month=${month}` },
    { label: 'No longer wanted? What you are told, and how', url: `${base}/account/notifications` },
  ]
}

const headingStyle = 'font-size:1rem;margin:1.2em 0 .3em'
const bodyStyle = 'font-family:system-ui,sans-serif;font-size:1rem;line-height:1.45;max-width:40rem'

function compose(subject: string, blocks: readonly Block[], links: readonly Link[]): MailContent {
  const end = 'The month is one of UTC. Silence of less than the rule allows does not count.'
  const texts = blocks.map(({ heading, lines }) =>
    (heading === undefined ? lines : [heading, ...lines.map((line) => `- ${line}`)]).map(oneLine).join('\n'),
  )
  const html = blocks.map(({ heading, lines }) => {
    if (heading === undefined) return lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')
    const items = lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('\n')
    const list = `<ul style="margin:0;padding-left:1.2em">\n${items}\n</ul>`
    return `<h2 style="${headingStyle}">${escapeHtml(heading)}</h2>\n${list}`
  })
  const anchors = links.map(({ label, url }) => `<p><a href="${escapeHtml(url)}">${escapeHtml(label)}</a></p>`)
  const head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
  const body = [...html, ...anchors, `<p style="font-size:.875rem">${end}</p>`].join('\n')
  const linkTexts = links.map(({ label, url }) => `${label}:\n${url}`)
  return {
    subject: oneLine(subject),
    text: `${[...texts, ...linkTexts, end].join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en"><head>${head}</head><body style="${bodyStyle}">\n${body}\n</body></html>\n`,
  }
}
