import { countOpenIncidents, type Database, withScope } from '@stellacontrol/database'
import { type AlertMessage, MessageType } from '@stellacontrol/protocol'
import { subscribeMessage } from '@stellacontrol/redis'
import { describe, type Log, pause } from '@stellacontrol/runtime'
import { isOfEarlierOwner } from '../fleet/fleet-device.ts'
import type { FleetView } from '../fleet/fleet-index.ts'
import type { Access } from '../session/access.ts'
import type { LiveHub } from './live-hub.ts'

const countEveryMs = 1_000
/** Should the news of a change be lost, the counts are right again after this time. */
const recountAfterMs = 60_000

/** Brings what happens to incidents to the pages that watch them, and how many are open. */
export class AlertFeed {
  private readonly live: LiveHub
  private readonly index: FleetView
  private readonly database: Database
  private readonly log: Log
  private recountAllAt = 0

  constructor(options: { live: LiveHub; index: FleetView; database: Database; log: Log }) {
    this.live = options.live
    this.index = options.index
    this.database = options.database
    this.log = options.log
  }

  /** Resolves when news flow. @throws `redis-unavailable` */
  async subscribe(signal: AbortSignal): Promise<void> {
    await subscribeMessage({ type: MessageType.Alert, handler: (message) => this.take(message), signal })
  }

  /** Counts open incidents for whoever watches, until the signal aborts. */
  async count(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.recount(Date.now()).catch((error) => {
        this.log.debug({ error: describe(error) }, 'alerts.count-failed')
      })
      await pause(countEveryMs, signal)
    }
  }

  private take(message: AlertMessage): void {
    const now = Date.now()
    let json: string | undefined
    for (const connection of this.live.connections) {
      if (!connection.alerts.isWatching || !this.isVisible(connection.access, message)) continue
      json ??= JSON.stringify({ type: 'alert', ...message })
      connection.alerts.push(json, now)
      this.live.touch(connection)
    }
    this.live.flush()
  }

  /**
   * True if it is of an organisation that the person may see. What is raised on a device is its present owner's if it was theirs
   * then; on a site, whose devices stand there; on an area or the platform itself, the manufacturer's.
   */
  private isVisible(access: Access, { device, alert }: AlertMessage): boolean {
    if (access.visible === undefined) return true
    const visible = this.index.visibleTo(access)
    const site = /^site:(\d+)$/.exec(device.serialNumber)?.[1]
    if (site === undefined) {
      const found = visible.get(device.serialNumber)
      return found !== undefined && !isOfEarlierOwner(found.registered, Date.parse(alert.raisedAt))
    }
    for (const { registered } of visible.values()) if (registered.site?.id === Number(site)) return true
    return false
  }

  /** One reading per person, whoever many pages they have open. */
  private async recount(now: number): Promise<void> {
    const isEveryones = now >= this.recountAllAt
    if (isEveryones) this.recountAllAt = now + recountAfterMs
    const known = new Map<Access, string>()
    for (const connection of this.live.connections) {
      const { access, alerts } = connection
      if (!alerts.isWatching || (!isEveryones && alerts.recountUntil < now)) continue
      const counts = known.get(access) ?? JSON.stringify(await this.openOf(access))
      known.set(access, counts)
      // The person may see something else by now: their next counts follow.
      if (connection.access === access) alerts.count(counts)
      this.live.touch(connection)
    }
    if (known.size > 0) this.live.flush()
  }

  private openOf({ scope }: Access) {
    return withScope(this.database, scope, (queries) => countOpenIncidents(queries, scope))
  }
}
