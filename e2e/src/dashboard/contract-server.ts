import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type DeviceSummary,
  deviceListQuerySchema,
  historyQuerySchema,
  type LiveMessage,
  liveRequestSchema,
  type Session,
  sessionSchema,
  severities,
  signInSchema,
} from '@stellacontrol/protocol'
import { WebSocket, WebSocketServer } from 'ws'
import { answerMadeUp, type MadeUpAnswer } from './made-up-api.ts'
import { MadeUpFleet } from './made-up-fleet.ts'
import { madeUpHistory } from './made-up-history.ts'
import { type MadeUpPerson, MadeUpRegistry } from './made-up-registry.ts'

/** The built page of this checkout. */
const pageFolder = fileURLToPath(new URL('../../../dashboard/dist/', import.meta.url))

/** What the service promises to send with the page: nothing from elsewhere, no inline script. */
const contentSecurityPolicy = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Who signs in in two steps; the password is everybody's. */
export const withSecondFactor = { email: 'careful@example.com', code: '135790' }

export interface ContractServer {
  url: string
  credentials: { email: string; password: string }
  fleet: MadeUpFleet
  registry: MadeUpRegistry
  /** Ends every live connection and refuses new ones until `resumeLive`. */
  breakLive(): void
  resumeLive(): void
  /** Tells every page that what its reader may see has changed. */
  tellRights(): void
  close(): Promise<void>
}

/** Serves the built page and a made-up fleet through the API's contract, on a free port of this machine. */
export async function startContractServer(port = 0): Promise<ContractServer> {
  const fleet = new MadeUpFleet()
  const registry = new MadeUpRegistry(fleet)
  const credentials = { email: 'operator@example.com', password: 'correct horse battery' }
  const personOf = (request: IncomingMessage) => {
    const email = decodeURIComponent(/session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '')
    return registry.people.find((person) => person.email === email && !person.disabled)
  }
  let isLiveOpen = true

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
    if (!url.pathname.startsWith('/v1/')) return await sendPage(url.pathname, response)
    const body = await readBody(request)
    if (url.pathname === '/v1/session') return answerSession(request, body, response)
    const person = personOf(request)
    try {
      const madeUp = answerMadeUp(registry, {
        method: request.method ?? 'GET',
        url,
        body: parsed(request, body),
        person,
      })
      if (madeUp !== undefined) return send(madeUp, response)
    } catch (error) {
      return problem(response, 400, 'request-invalid', String(error))
    }
    if (person === undefined) return void problem(response, 401, 'not-signed-in', 'Sign in first')
    answer(fleet, registry.visibleTo(person), url, response)
  })

  function answerSession(request: IncomingMessage, body: string, response: ServerResponse): void {
    if (request.method === 'DELETE') {
      response.setHeader('set-cookie', 'session=; Max-Age=0; Path=/')
      response.writeHead(204).end()
      return
    }
    let person = personOf(request)
    if (request.method === 'POST') {
      const given = signInSchema.safeParse(JSON.parse(body))
      person = registry.people.find(
        ({ email, password }) => given.success && email === given.data.email && password === given.data.password,
      )
      if (person === undefined) return void problem(response, 401, 'sign-in-refused', 'E-mail or password is wrong')
      if (person.email === withSecondFactor.email && given.data?.code !== withSecondFactor.code) {
        return void problem(response, 401, 'second-factor-required', 'The code is missing or wrong')
      }
      response.setHeader('set-cookie', `session=${encodeURIComponent(person.email)}; HttpOnly; SameSite=Strict; Path=/`)
    }
    if (person === undefined) return void problem(response, 401, 'not-signed-in', 'Nobody is signed in')
    sendJson(response, 200, sessionSchema.parse(sessionOf(registry, person)))
  }

  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    const person = personOf(request)
    if (!isLiveOpen || person === undefined) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (client) => serveLive(client, fleet, () => registry.visibleTo(person)))
  })
  const timer = setInterval(() => fleet.report(Date.now()), 250)

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    credentials,
    fleet,
    registry,
    breakLive: () => {
      isLiveOpen = false
      for (const client of sockets.clients) client.terminate()
    },
    resumeLive: () => {
      isLiveOpen = true
    },
    tellRights: () => {
      for (const client of sockets.clients) client.send(JSON.stringify({ type: 'rights' } satisfies LiveMessage))
    },
    close: async () => {
      clearInterval(timer)
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function sessionOf(registry: MadeUpRegistry, person: MadeUpPerson): Session {
  const kindOf = (id: number) => registry.organisations.find((one) => one.id === id)?.kind ?? 'customer'
  const home = person.memberships.find(({ organisation }) => organisation.id === person.organisation.id)
  return {
    user: {
      id: person.id,
      email: person.email,
      name: person.name,
      role: home?.role ?? 'viewer',
      organisation: person.organisation,
    },
    memberships: person.memberships.map(({ organisation, role }) => ({
      organisation: { ...organisation, kind: kindOf(organisation.id) },
      role,
    })),
    expiresAt: new Date(Date.now() + 43_200_000).toISOString(),
  }
}

function parsed(request: IncomingMessage, body: string): unknown {
  return request.headers['content-type'] === 'application/json' ? JSON.parse(body) : body
}

function send({ status, body }: MadeUpAnswer, response: ServerResponse): void {
  if (status >= 400) problem(response, status, String(body), 'Refused')
  else if (body === undefined) response.writeHead(status).end()
  else sendJson(response, status, body)
}

function answer(fleet: MadeUpFleet, visible: ReadonlySet<number>, url: URL, response: ServerResponse): void {
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

/** Sends the newest state of what is watched: at once, then whenever it changed, four times a second at most. */
function serveLive(client: WebSocket, fleet: MadeUpFleet, visible: () => ReadonlySet<number>): void {
  const watched = { summary: new Set<string>(), status: new Set<string>() }
  const sent = new Map<string, number>()
  let fleetSentAt = 0
  let isFleetWatched = false
  const send = (message: LiveMessage) => client.readyState === WebSocket.OPEN && client.send(JSON.stringify(message))
  client.on('message', (data) => {
    const request = liveRequestSchema.parse(JSON.parse(String(data)))
    if (request.type === 'fleet') isFleetWatched = request.watch
    else {
      watched[request.detail] = new Set(request.devices)
      for (const key of sent.keys()) if (key.startsWith(request.detail)) sent.delete(key)
    }
  })
  const timer = setInterval(() => {
    const now = Date.now()
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
  client.on('close', () => clearInterval(timer))
}

async function sendPage(path: string, response: ServerResponse): Promise<void> {
  const asked = normalize(path).replace(/^\/+/, '')
  const file = extname(asked) === '' ? 'index.html' : asked
  try {
    const body = await readFile(join(pageFolder, file))
    response.writeHead(200, {
      'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy,
    })
    response.end(body)
  } catch {
    response.writeHead(404).end()
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

function problem(response: ServerResponse, status: number, code: string, title: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' })
  response.end(JSON.stringify({ type: `https://stellacontrol.example/errors/${code}`, title, status, code }))
}
