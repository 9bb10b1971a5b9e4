import type { DeviceStatus } from '@stellacontrol/protocol'
import { LatencyHistogram } from './latency-histogram.ts'
import { LiveClient } from './live-client.ts'

/** Fifty people look at pages: of the old design by polling, of this one by WebSocket; both also read REST every 2 s. */
export interface PagesOrder {
  type: 'open'
  kind: 'polling' | 'live'
  httpUrl: string
  /** One per person; a person may have 20 live pages open. */
  cookies: string[]
  serials: string[]
  ids: number[]
}

const pages = 50
const devicesPerPage = 20
const services = 3
const pollEveryMs = 2_000
const serviceEveryMs = 1_000

const freshnessMs = new LatencyHistogram()
const readMs = new LatencyHistogram()
let failures = 0
const newestAt = new Map<string, number>()

process.on('disconnect', () => process.exit(0))
process.on('message', async (message: PagesOrder | { type: 'reset' | 'report' }) => {
  if (message.type === 'open') await openPages(message)
  if (message.type === 'reset') {
    freshnessMs.clear()
    readMs.clear()
    failures = 0
  }
  if (message.type === 'report') {
    process.send?.({ type: 'report', freshnessMs: freshnessMs.counts, readMs: readMs.counts, failures })
  }
})

async function openPages(order: PagesOrder): Promise<void> {
  for (let page = 0; page < pages; page++) {
    const start = (page * devicesPerPage) % order.serials.length
    if (order.kind === 'polling') pollPage(order, page, start)
    else await livePage(order, page, start)
  }
  if (order.kind === 'polling') for (let service = 0; service < services; service++) pollChanges(order)
  process.send?.({ type: 'ready' })
}

function pollPage({ httpUrl, ids }: PagesOrder, page: number, start: number): void {
  const url = `${httpUrl}/devices?ids=${ids.slice(start, start + devicesPerPage).join(',')}`
  repeat(pollEveryMs, async () => {
    for (const row of (await read(url, '')) as { device_id: number; at: string | number }[]) {
      noteSeen(`${page}:${row.device_id}`, new Date(row.at).getTime())
    }
  })
}

function pollChanges({ httpUrl }: PagesOrder): void {
  repeat(serviceEveryMs, async () => {
    await fetch(`${httpUrl}/changes?since=${Date.now() - serviceEveryMs}`).then((response) => response.arrayBuffer())
  })
}

async function livePage({ httpUrl, cookies, serials }: PagesOrder, page: number, start: number): Promise<void> {
  const cookie = cookies[page % cookies.length] ?? ''
  const watched = serials.slice(start, start + devicesPerPage)
  const client = await LiveClient.open(httpUrl, cookie, ({ status }) =>
    noteSeen(`${page}:${status.serial}`, momentOf(status)),
  )
  client.watch(watched)
  repeat(pollEveryMs, async () => {
    await read(`${httpUrl}/v1/devices/${watched[0]}/status`, cookie)
  })
}

function momentOf(status: DeviceStatus): number {
  return Date.parse(status.at)
}

/** A page shows a report for the first time. */
function noteSeen(key: string, at: number): void {
  if (at <= (newestAt.get(key) ?? 0)) return
  newestAt.set(key, at)
  freshnessMs.record(Date.now() - at)
}

async function read(url: string, cookie: string): Promise<unknown> {
  const startedAt = performance.now()
  const response = await fetch(url, { headers: { cookie } })
  const body = await response.json()
  readMs.record(performance.now() - startedAt)
  return body
}

function repeat(everyMs: number, work: () => Promise<void>): void {
  const next = () =>
    work()
      .catch(() => void failures++)
      .finally(() => setTimeout(next, everyMs))
  setTimeout(next, Math.random() * everyMs)
}
