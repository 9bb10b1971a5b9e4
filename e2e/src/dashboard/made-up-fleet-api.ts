import type { ServerResponse } from 'node:http'
import { type DeviceSummary, deviceListQuerySchema, historyQuerySchema, severities } from '@stellacontrol/protocol'
import { problem, sendJson } from './contract-answers.ts'
import type { MadeUpFleet } from './made-up-fleet.ts'
import { madeUpHistory } from './made-up-history.ts'

/** The live side of the API: the fleet and its devices. */
export function answerFleet(
  fleet: MadeUpFleet,
  visible: ReadonlySet<number>,
  url: URL,
  response: ServerResponse,
): void {
  const now = Date.now()
  const [, , resource, serial, part] = url.pathname.split('/')
  if (resource === 'fleet') return void sendJson(response, 200, fleet.fleet(now, visible))
  if (resource === 'ledger') return void sendJson(response, 200, madeUpLedger(now))
  if (resource !== 'devices') return void problem(response, 404, 'not-found', 'No such resource')
  if (serial === undefined) return void sendJson(response, 200, listDevices(fleet, visible, url, now))
  const device = fleet.find(serial)
  if (device === undefined || !visible.has(fleet.summary(device, now).organisation.id))
    return void problem(response, 404, 'unknown-device', `There is no device ${serial}`)
  if (part === undefined) return void sendJson(response, 200, fleet.detail(device, now))
  if (part === 'history') {
    const query = historyQuerySchema.parse(Object.fromEntries(url.searchParams))
    return void sendJson(
      response,
      200,
      madeUpHistory(Date.parse(query.from), Date.parse(query.to), query.metrics, query.points),
    )
  }
  const status = fleet.status(device)
  if (status === undefined) return void problem(response, 404, 'no-status', 'The device has never reported')
  sendJson(response, 200, status)
}

function listDevices(fleet: MadeUpFleet, visible: ReadonlySet<number>, url: URL, now: number) {
  const query = deviceListQuerySchema.parse(Object.fromEntries(url.searchParams))
  const search = query.search?.toLowerCase()
  const matching = fleet.devices
    .map((device) => fleet.summary(device, now))
    .filter((device) => {
      if (!visible.has(device.organisation.id)) return false
      const text = `${device.serial} ${device.name} ${device.site?.name} ${device.organisation.name}`.toLowerCase()
      if (search !== undefined && !text.includes(search)) return false
      if (query.presence !== undefined && !query.presence.includes(device.presence)) return false
      if (query.severity !== undefined && !query.severity.includes(device.severity)) return false
      if (query.model !== undefined && device.model !== query.model) return false
      return query.site === undefined || device.site?.id === query.site
    })
    .sort((a, b) => compare(a, b, query.sort) * (query.direction === 'descending' ? -1 : 1))
  const from = Number(query.cursor ?? 0)
  const to = from + query.limit
  return {
    items: matching.slice(from, to),
    total: matching.length,
    nextCursor: to < matching.length ? String(to) : null,
  }
}

function compare(a: DeviceSummary, b: DeviceSummary, sort: string): number {
  if (sort === 'severity') return severities.indexOf(a.severity) - severities.indexOf(b.severity)
  if (sort === 'boardCelsius' || sort === 'minimumIsolationMarginDb') return (a[sort] ?? -999) - (b[sort] ?? -999)
  if (sort === 'lastReportAt') return (a.lastReportAt ?? '') < (b.lastReportAt ?? '') ? -1 : 1
  const text = (device: DeviceSummary) =>
    sort === 'site' ? (device.site?.name ?? '') : sort === 'name' ? device.name : device.serial
  return text(a) < text(b) ? -1 : 1
}

function madeUpLedger(now: number) {
  const counts = { appended: 182_400, stored: 182_310, duplicates: 12, setAside: 3, expired: 0, queued: 75 }
  return {
    ...counts,
    difference: 0,
    balanced: true,
    partitions: [],
    oldestQueuedMs: 180,
    allowanceHours: 31.5,
    at: new Date(now).toISOString(),
  }
}
