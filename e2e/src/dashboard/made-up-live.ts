import { type LiveMessage, liveRequestSchema } from '@stellacontrol/protocol'
import { WebSocket } from 'ws'
import type { MadeUpAlerts } from './made-up-alerts.ts'
import type { MadeUpFleet } from './made-up-fleet.ts'

/** Sends the newest state of what is watched: at once, then whenever it changed, four times a second at most. */
export function serveLive(
  client: WebSocket,
  fleet: MadeUpFleet,
  alerts: MadeUpAlerts,
  visible: () => ReadonlySet<number>,
): void {
  const watched = { summary: new Set<string>(), status: new Set<string>() }
  const sent = new Map<string, number>()
  let fleetSentAt = 0
  let isFleetWatched = false
  let areAlertsWatched = false
  let counts = ''
  const send = (message: LiveMessage) => client.readyState === WebSocket.OPEN && client.send(JSON.stringify(message))
  client.on('message', (data) => {
    const request = liveRequestSchema.parse(JSON.parse(String(data)))
    if (request.type === 'fleet') isFleetWatched = request.watch
    else if (request.type === 'alerts') areAlertsWatched = request.watch
    else if (request.type === 'watch') {
      watched[request.detail] = new Set(request.devices)
      for (const key of sent.keys()) if (key.startsWith(request.detail)) sent.delete(key)
    }
  })
  const unsubscribe = alerts.subscribe((message, organisationId) => {
    if (areAlertsWatched && visible().has(organisationId)) send(message)
  })
  const timer = setInterval(() => {
    const now = Date.now()
    const open = alerts.openCounts(visible())
    if (areAlertsWatched && counts !== JSON.stringify(open)) {
      counts = JSON.stringify(open)
      send({ type: 'alert-counts', open, missed: false })
    }
    const fresh = (detail: 'summary' | 'status') =>
      fleet.devices.filter((device) => {
        if (!watched[detail].has(device.serial) || sent.get(detail + device.serial) === device.sequence) return false
        if (!visible().has(fleet.summary(device, now).organisation.id)) return false
        sent.set(detail + device.serial, device.sequence)
        return true
      })
    const summaries = fresh('summary')
    if (summaries.length > 0) send({ type: 'summary', devices: summaries.map((device) => fleet.summary(device, now)) })
    for (const device of fresh('status')) {
      const status = fleet.status(device)
      if (status !== undefined) send({ type: 'status', serial: device.serial, status })
    }
    if (isFleetWatched && now - fleetSentAt >= 1000) {
      fleetSentAt = now
      send({ type: 'fleet', fleet: fleet.fleet(now, visible()) })
    }
  }, 250)
  client.on('close', () => {
    clearInterval(timer)
    unsubscribe()
  })
}
