import { type AlertSeverity, alertSeverities } from '@stellacontrol/protocol'
import type { BundleFields } from '@stellacontrol/redis'
import type { BundleFacts } from '../when/when-to-send.ts'
import type { BundleItem, ItemKind } from '../who/told-incident.ts'

/** What a person is told at once. */
export interface Bundle {
  id: string
  items: BundleItem[]
  /** Sentences that are about no incident. */
  notices: string[]
  isTest: boolean
  /** What was too much to keep one by one. */
  counted: Counted[]
  count: number
  beganAt: number
  lastAt: number
  attempts: number
  /** Channels that have it already, each with its record (JSON). */
  handed: Map<string, string>
}

/** Site 0 and no rule = too many to tell apart; what is so many may be critical. */
export interface Counted {
  kind: ItemKind
  siteId: number
  rule: string
  severity: AlertSeverity
  count: number
}

export type NoticeItem = { kind: 'notice'; text: string } | { kind: 'test' }

/** Reads what Redis holds. Pure. */
export function bundleOf(fields: BundleFields): Bundle {
  const bundle: Bundle = {
    ...{ id: fields.get('id') ?? '', items: [], notices: [], isTest: false, counted: [], handed: new Map() },
    ...{
      count: numberOf('count'),
      beganAt: numberOf('began'),
      lastAt: numberOf('last'),
      attempts: numberOf('attempts'),
    },
  }
  function numberOf(name: string): number {
    return Number(fields.get(name) ?? 0)
  }
  for (const [field, value] of fields) {
    if (field.startsWith('i:')) bundle.items.push(JSON.parse(value))
    else if (field.startsWith('n:')) note(bundle, JSON.parse(value))
    else if (field === 'more:notice:notice')
      bundle.notices.push(`There were ${value} further notices, too many to keep.`)
    else if (field.startsWith('more:')) bundle.counted.push(countedOf(field, Number(value)))
    else if (field.startsWith('handed:')) bundle.handed.set(field.slice('handed:'.length), value)
  }
  return bundle
}

function note(bundle: Bundle, item: NoticeItem): void {
  if (item.kind === 'test') bundle.isTest = true
  else bundle.notices.push(item.text)
}

/** "more:raised:12|temperature-high|major". */
function countedOf(field: string, count: number): Counted {
  const [, kind, group = ''] = /^more:([^:]*):(.*)$/s.exec(field) ?? []
  const [siteId, rule = '', named] = group.split('|')
  const severity = alertSeverities.find((one) => one === named) ?? 'critical'
  return { kind: kind as ItemKind, siteId: Number(siteId) || 0, rule, severity, count }
}

/** What decides when it may go. Pure. */
export function factsOf({ items, counted, count, beganAt, lastAt, isTest }: Bundle): BundleFacts {
  const facts = [...items.map(({ kind, alert }) => ({ kind, severity: alert.severity })), ...counted]
  const hasCritical = facts.some(({ kind, severity }) => kind !== 'cleared' && severity === 'critical')
  return { count, beganAt, lastAt, hasCritical, isTest }
}

/** How many incidents it tells of. */
export function alertsIn({ items, counted }: Bundle): number {
  return items.length + counted.reduce((sum, { count }) => sum + count, 0)
}
