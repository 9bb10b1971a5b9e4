import { randomUUID } from 'node:crypto'
import { duration } from '@stellacontrol/alerts'
import type { AlertDevice } from '@stellacontrol/database'
import type { DeviceStatus } from '@stellacontrol/protocol'
import {
  type AlertChangeOf,
  changeSharedIncident,
  type FoundAlert,
  type Redis,
  readIncident,
  readStatuses,
} from '@stellacontrol/redis'
import type { Fleet } from './fleet.ts'

export const siteOfflineRule = 'site-offline'
/** A site is dark when so much of it fell silent together, and two devices at least. */
const darkShare = 0.8
const leastDevices = 2
/** Devices that fell silent within this time of each other fell silent together: one report interval. */
const togetherMs = 10 * 60_000
/** It is over when so much of it is back. */
const backShare = 0.5
/** What a look at a site found is good for so long: a storm asks hundreds of times. */
const lookAgainMs = 10_000
const hourMs = 3_600_000

/** When a device was last heard, and how often it reports. */
export interface Heard {
  at: number
  intervalMs: number
}

/** How many of a site are silent now, and how many of those fell silent together with one that did at `at`. Pure. */
export function countSilent(heard: readonly (Heard | undefined)[], at: number, now: number) {
  const known = heard.filter((one) => one !== undefined)
  const silent = known.filter((one) => now - one.at > 2.5 * one.intervalMs)
  const together = silent.filter((one) => Math.abs(one.at - at) <= togetherMs)
  return { known: known.length, silent: silent.length, together: together.length }
}

/** True if a site went dark. Pure. */
export function isDark({ known, together }: { known: number; together: number }): boolean {
  return together >= leastDevices && together >= darkShare * known
}

interface Look {
  at: number
  incidentId: string | undefined
}

/** One incident for a site that goes dark, with its devices as members, instead of one for each of them. */
export class SiteSilence {
  private readonly looks = new Map<number, Look>()
  private readonly redis: Redis
  private readonly fleet: Fleet

  constructor(options: { redis: Redis; fleet: Fleet }) {
    this.redis = options.redis
    this.fleet = options.fleet
  }

  /** The incident of the site that explains the silence of a device; undefined if the device is silent by itself. */
  async explains(device: AlertDevice, silentSince: number, now: number): Promise<string | undefined> {
    const { siteId } = device
    if (siteId === null || this.fleet.ofSite(siteId).length < leastDevices) return undefined
    const known = this.looks.get(siteId)
    if (known && now - known.at < lookAgainMs) return known.incidentId
    const incidentId = await this.look(device, siteId, silentSince, now)
    this.looks.set(siteId, { at: now, incidentId })
    return incidentId
  }

  /** A device of the site is back: ends the site's incident when enough of them are. */
  async heard(device: AlertDevice, now: number): Promise<void> {
    const { siteId } = device
    if (siteId === null) return
    const incident = await readIncident(this.redis, `site:${siteId}`, siteOfflineRule)
    if (incident === undefined || incident.state === 'cleared') return
    const { known, silent } = countSilent(await this.heardOf(siteId), now, now)
    if (known - silent < backShare * known) return
    this.looks.delete(siteId)
    const at = new Date(now).toISOString()
    const alert: FoundAlert = { ...incident, version: 0, at, clearReason: 'good-again' }
    await this.change(siteId, 'clear', alert, true)
  }

  private async look(device: AlertDevice, siteId: number, silentSince: number, now: number) {
    const counts = countSilent(await this.heardOf(siteId), silentSince, now)
    if (!isDark(counts)) return undefined
    const at = new Date(now).toISOString()
    const name = device.siteName ?? 'the site'
    const alert: FoundAlert = {
      id: randomUUID(),
      version: 0,
      rule: siteOfflineRule,
      ruleName: 'Site offline',
      class: 'communication',
      severity: 'critical',
      state: 'open',
      at,
      since: new Date(silentSince).toISOString(),
      raisedAt: at,
      value: counts.together,
      text: `${counts.together} of ${counts.known} boosters at ${name} silent for ${duration(now - silentSince)}`,
      advice: 'Ask on site for the mains and the network: they went silent together.',
      repeats: 0,
      isAnnounced: false,
    }
    const mayAnnounce = !this.fleet.isMuted(device, now)
    return (await this.change(siteId, 'raise', alert, mayAnnounce))?.id
  }

  private change(siteId: number, what: 'raise' | 'clear', alert: FoundAlert, mayAnnounce: boolean) {
    const change: AlertChangeOf = {
      ...{ do: what, rule: siteOfflineRule, subject: undefined },
      ...{ alert, mayAnnounce, throttleMs: hourMs },
    }
    return changeSharedIncident(this.redis, `site:${siteId}`, change)
  }

  private async heardOf(siteId: number): Promise<(Heard | undefined)[]> {
    const serials = this.fleet.ofSite(siteId).map(({ serial }) => serial)
    const statuses = await readStatuses(this.redis.state, this.redis.keys, serials)
    return statuses.map((json) => {
      if (json === undefined) return undefined
      const { receivedAt, intervalSeconds = 600 } = JSON.parse(json) as DeviceStatus
      return { at: Date.parse(receivedAt), intervalMs: intervalSeconds * 1000 }
    })
  }
}
