import { randomUUID } from 'node:crypto'
import type { Decision } from '@stellacontrol/alerts'
import type { AlertDevice } from '@stellacontrol/database'
import type { Alert, AlertRule } from '@stellacontrol/protocol'
import { changeSharedIncident, type FoundAlert, type Redis, readIncident } from '@stellacontrol/redis'
import type { Fleet } from './fleet.ts'

export const operatorOutageRule = 'operator-outage'
/** Boosters this near to each other are mostly fed by the same mast. */
const nearKm = 3
/** Troubles that began within this time of each other began together. */
const togetherMs = 60 * 60_000
/** So many neighbours are asked at most. */
const mostNeighbours = 40
const throttleMs = 3_600_000

/** True for rules that say that too little comes from the donor cell. */
export function looksAtDonor({ looksAt }: AlertRule): boolean {
  return looksAt.kind === 'measure' && looksAt.measure === 'downlinkInputDbm' && looksAt.is === 'below'
}

/** Names the operator's outage when the same band fails on neighbours at the same time: it is nobody's booster then. */
export class OperatorOutage {
  private readonly redis: Redis
  private readonly fleet: Fleet

  constructor(options: { redis: Redis; fleet: Fleet }) {
    this.redis = options.redis
    this.fleet = options.fleet
  }

  /**
   * Looks whether neighbours lost the same band's donor too. If so, the incident of the area is raised (to the manufacturer's people,
   * as it is about several customers), and the words to add to the alert of this device are returned.
   */
  async explains(device: AlertDevice, { rule, subject: band, at }: Decision): Promise<string | undefined> {
    if (band === undefined) return undefined
    const failing = (await this.openNear(device, rule, band)).filter(
      (near) => Math.abs(Date.parse(near.alert.raisedAt) - at) <= togetherMs,
    )
    const anchor = failing.toSorted((one, other) => (one.alert.raisedAt < other.alert.raisedAt ? -1 : 1))[0]
    if (anchor === undefined) return undefined
    await this.raise(anchor.device, band, failing.length + 1, at)
    const others = failing.length === 1 ? 'a neighbour' : `${failing.length} neighbours`
    return `${others} within ${nearKm} km lost ${band} too: probably the operator's network`
  }

  /** A device has its donor back: ends the area's incident when no neighbour misses it any more. */
  async cleared(device: AlertDevice, { rule, subject: band, at }: Decision): Promise<void> {
    if (band === undefined || (await this.openNear(device, rule, band)).length > 0) return
    const cells = new Set([device, ...this.fleet.near(device, nearKm, mostNeighbours)].map(areaOf))
    for (const area of cells) await this.end(area, band, at)
  }

  private async openNear(device: AlertDevice, rule: string, band: string) {
    const neighbours = this.fleet.near(device, nearKm, mostNeighbours)
    const alerts = await Promise.all(neighbours.map(({ serial }) => readIncident(this.redis, serial, rule, band)))
    return neighbours.flatMap((neighbour, index) => {
      const alert = alerts[index]
      return alert && alert.state !== 'cleared' ? [{ device: neighbour, alert }] : []
    })
  }

  private async raise(anchor: AlertDevice, band: string, count: number, now: number): Promise<void> {
    const at = new Date(now).toISOString()
    const alert: FoundAlert = {
      ...{ id: randomUUID(), version: 0, rule: operatorOutageRule, ruleName: "Operator's outage", class: 'quality' },
      ...{ subject: band, severity: 'major', state: 'open', at, since: at, raisedAt: at, value: count },
      text: `${band} donor signal low on ${count} boosters within ${nearKm} km${anchor.siteName ? ` of ${anchor.siteName}` : ''}`,
      advice: "Probably the operator's mast, not ours: ask the operator before anybody drives out.",
      ...{ repeats: 0, isAnnounced: false },
    }
    const change = {
      do: 'raise',
      rule: operatorOutageRule,
      subject: band,
      alert,
      mayAnnounce: true,
      throttleMs,
    } as const
    await changeSharedIncident(this.redis, `area:${areaOf(anchor)}`, change)
  }

  private async end(area: string, band: string, now: number): Promise<void> {
    const known: Alert | undefined = await readIncident(this.redis, `area:${area}`, operatorOutageRule, band)
    if (known === undefined || known.state === 'cleared') return
    const alert: FoundAlert = { ...known, version: 0, at: new Date(now).toISOString(), clearReason: 'good-again' }
    const change = {
      do: 'clear',
      rule: operatorOutageRule,
      subject: band,
      alert,
      mayAnnounce: true,
      throttleMs,
    } as const
    await changeSharedIncident(this.redis, `area:${area}`, change)
  }
}

/** A square of about 5 km: the area that an incident is called after. */
function areaOf({ latitude, longitude }: AlertDevice): string {
  return `${((latitude ?? 0) / 0.05).toFixed(0)},${((longitude ?? 0) / 0.05).toFixed(0)}`
}
