import { type FleetSummary, type Presence, presences, type Severity, severities } from '@stellacontrol/protocol'
import type { FleetDevice } from './fleet-device.ts'
import type { VisibleOrganisations } from './fleet-index.ts'

/** Counts devices by presence and severity. Pure, one pass. */
export function countFleet(devices: Iterable<FleetDevice>): Pick<FleetSummary, 'devices' | 'presence' | 'severity'> {
  const presence = Object.fromEntries(presences.map((name) => [name, 0])) as Record<Presence, number>
  const severity = Object.fromEntries(severities.map((name) => [name, 0])) as Record<Severity, number>
  let total = 0
  for (const device of devices) {
    total++
    presence[device.presence]++
    severity[device.live?.severity ?? 'normal']++
  }
  return { devices: total, presence, severity }
}

const windowSeconds = 10

/** Counts accepted reports per organisation in the last full seconds. */
export class AcceptedRates {
  private readonly seconds = new Map<number, Map<number, number>>()
  private readonly startedAt: number

  constructor(now: number) {
    this.startedAt = now
  }

  count(organisationId: number, now: number): void {
    const second = Math.floor(now / 1000)
    let counts = this.seconds.get(second)
    if (counts === undefined) {
      counts = new Map()
      this.seconds.set(second, counts)
      for (const old of this.seconds.keys()) if (old < second - windowSeconds) this.seconds.delete(old)
    }
    counts.set(organisationId, (counts.get(organisationId) ?? 0) + 1)
  }

  /** Mean of the last 10 full seconds, or of those since the start. */
  perSecond(visible: VisibleOrganisations, now: number): number {
    const present = Math.floor(now / 1000)
    const counted = Math.min(windowSeconds, Math.max(1, present - Math.floor(this.startedAt / 1000)))
    let sum = 0
    for (const [second, counts] of this.seconds) {
      if (second >= present || second < present - windowSeconds) continue
      for (const [organisationId, count] of counts) if (visible?.has(organisationId) ?? true) sum += count
    }
    return Math.round((sum / counted) * 10) / 10
  }
}
