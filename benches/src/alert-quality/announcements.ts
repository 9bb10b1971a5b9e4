import type { Decision } from '@stellacontrol/alerts'
import { type AlertRule, alertSeverities } from '@stellacontrol/protocol'

interface Incident {
  isOpen: boolean
  isFlapping: boolean
  isHidden: boolean
  rank: number
  announced?: { at: number; rank: number }
}

/** The raises that people are told of: what the incident Function (packages/redis/lua/sc1/alerts.lua) would announce. Pure. */
export function announcedOf(decisions: readonly Decision[], rules: readonly AlertRule[]): Decision[] {
  const throttles = new Map(rules.map(({ id, throttleMs }) => [id, throttleMs]))
  const incidents = new Map<string, Incident>()
  return decisions.filter((decision) => {
    const key = `${decision.rule}:${decision.subject ?? ''}`
    const known = incidents.get(key)
    if (decision.do === 'clear') {
      if (known) incidents.set(key, { ...known, isOpen: false, isFlapping: false })
      return false
    }
    const rank = alertSeverities.indexOf(decision.severity)
    const isHidden = decision.hiddenBy !== undefined
    const isAnnounced = !isHidden && isNews(known, decision, rank, throttles.get(decision.rule) ?? 0)
    const announced = isAnnounced ? { at: decision.at, rank } : known?.announced
    incidents.set(key, {
      isOpen: true,
      isFlapping: decision.isFlapping || (known?.isFlapping ?? false),
      isHidden,
      rank: known?.isOpen ? Math.max(known.rank, rank) : rank,
      ...(announced ? { announced } : {}),
    })
    return isAnnounced
  })
}

function isNews(known: Incident | undefined, { at, isFlapping }: Decision, rank: number, throttleMs: number): boolean {
  if (known?.isOpen) return rank > known.rank || (isFlapping && !known.isFlapping) || known.isHidden
  if (known?.announced && at < known.announced.at + throttleMs) return rank > known.announced.rank
  return true
}
