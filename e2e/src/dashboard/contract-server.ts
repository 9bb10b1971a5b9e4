import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type LiveMessage, type Session, sessionSchema, signInSchema } from '@stellacontrol/protocol'
import { WebSocketServer } from 'ws'
import { problem, readBody, sendJson, sendLines, sendMail, sendPage } from './contract-answers.ts'
import { type MadeUpAnswer, provenMs } from './made-up-answer.ts'
import { answerMadeUp } from './made-up-api.ts'
import { MadeUpFleet } from './made-up-fleet.ts'
import { answerFleet } from './made-up-fleet-api.ts'
import { serveLive } from './made-up-live.ts'
import { type MadeUpPerson, MadeUpRegistry, withSecondFactor } from './made-up-registry.ts'

export interface ContractServer {
  url: string
  credentials: { email: string; password: string }
  fleet: MadeUpFleet
  registry: MadeUpRegistry
  /** Ends every live connection and refuses new ones until `resumeLive`. */
  breakLive(): void
  resumeLive(): void
  /** As if somebody's last proof were too old for sensitive changes. */
  letProofAge(email: string): void
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
    answerFleet(fleet, registry.visibleTo(person), url, response)
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
      person.provenUntil = Date.now() + provenMs
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
    sockets.handleUpgrade(request, socket, head, (client) =>
      serveLive(client, fleet, registry.alerts, () => registry.visibleTo(person)),
    )
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
    letProofAge: (email) => {
      const person = registry.people.find((one) => one.email === email)
      if (person !== undefined) person.provenUntil = 0
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

function send({ status, body, fields, detail, html, lines }: MadeUpAnswer, response: ServerResponse): void {
  if (status >= 400) problem(response, status, String(body), 'Refused', { fields, detail })
  else if (lines !== undefined) void sendLines(response, lines)
  else if (html !== undefined) sendMail(html, response)
  else if (body === undefined) response.writeHead(status).end()
  else sendJson(response, status, body)
}
