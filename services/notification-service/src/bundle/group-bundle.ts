import { type AlertSeverity, alertSeverities } from '@stellacontrol/protocol'
import type { DirectoryIndex } from '../who/directory-index.ts'
import type { BundleItem } from '../who/told-incident.ts'
import type { Bundle } from './bundle.ts'

export interface Line extends BundleItem {
  /** Of the device, or of the place if it is about none. */
  name: string
}

/** The same cause at the same site. */
export interface Cause {
  rule: string
  ruleName: string
  severity: AlertSeverity
  /** Worst first, then the longest lasting. */
  lines: Line[]
  /** Those that were only counted. */
  more: number
}

export interface SiteGroup {
  siteName: string
  severity: AlertSeverity
  causes: Cause[]
  count: number
}

export interface GroupedBundle {
  /** What is on, worst first. */
  sites: SiteGroup[]
  alerts: number
  /** What is over. */
  over: { lines: Line[]; more: number }
}

const rankOf = (severity: AlertSeverity) => alertSeverities.indexOf(severity)
const worse = (one: AlertSeverity, other: AlertSeverity) => (rankOf(other) > rankOf(one) ? other : one)

/** By site and cause, worst first; what is over by itself. Pure. */
export function groupBundle({ items, counted }: Bundle, index: DirectoryIndex): GroupedBundle {
  const sites = new Map<string, Map<string, Cause>>()
  const over: GroupedBundle['over'] = { lines: [], more: 0 }
  const causeAt = (siteName: string, rule: string, ruleName: string): Cause => {
    const causes = sites.get(siteName) ?? new Map<string, Cause>()
    sites.set(siteName, causes)
    const cause = causes.get(rule) ?? { rule, ruleName, severity: 'warning', lines: [], more: 0 }
    causes.set(rule, cause)
    return cause
  }
  for (const item of items) {
    const place = index.placeOf(item.device.serialNumber)
    const siteName = place?.siteName ?? 'Elsewhere'
    const line = { ...item, name: place?.deviceName || siteName }
    if (item.kind === 'cleared') over.lines.push(line)
    else {
      const cause = causeAt(siteName, item.alert.rule, item.alert.ruleName)
      cause.lines.push(line)
      cause.severity = worse(cause.severity, item.alert.severity)
    }
  }
  for (const { kind, siteId, rule, severity, count } of counted) {
    if (kind === 'cleared') over.more += count
    else {
      const cause = causeAt(siteNameOf(siteId, index), rule, index.ruleNameOf(rule))
      cause.more += count
      cause.severity = worse(cause.severity, severity)
    }
  }
  over.lines.sort((one, other) => rankOf(other.alert.severity) - rankOf(one.alert.severity))
  const groups = [...sites].map(([siteName, causes]) => siteGroupOf(siteName, [...causes.values()]))
  groups.sort(worstFirst)
  return { sites: groups, alerts: groups.reduce((sum, { count }) => sum + count, 0), over }
}

function siteGroupOf(siteName: string, causes: Cause[]): SiteGroup {
  for (const { lines } of causes) lines.sort(worstLineFirst)
  const counted = causes.map((cause) => ({ ...cause, count: countOf(cause) })).sort(worstFirst)
  const severity = counted[0]?.severity ?? 'warning'
  return { siteName, severity, causes: counted, count: counted.reduce((sum, { count }) => sum + count, 0) }
}

export function countOf({ lines, more }: Pick<Cause, 'lines' | 'more'>): number {
  return lines.length + more
}

type Ranked = { severity: AlertSeverity; count: number }
const worstFirst = (one: Ranked, other: Ranked) =>
  rankOf(other.severity) - rankOf(one.severity) || other.count - one.count
const worstLineFirst = ({ alert: one }: Line, { alert: other }: Line) =>
  rankOf(other.severity) - rankOf(one.severity) || one.raisedAt.localeCompare(other.raisedAt)

function siteNameOf(siteId: number, index: DirectoryIndex): string {
  return siteId === 0 ? 'Other places' : (index.placeOf(`site:${siteId}`)?.siteName ?? 'Other places')
}
