import { mayDo, roles } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { Answer, TestClient } from '../testing/test-client.ts'
import { nobody, type RouteCase, routeCases, type Target, targetOf } from './route-cases.ts'
import { makeTenant, type Tenant } from './tenants.ts'
import { type AnswerSchema, undescribedFields } from './undescribed-fields.ts'

/** What the document says of the answers of a route, by status. */
type Answers = Record<string, { content?: Record<string, { schema?: AnswerSchema }> }>

/**
 * Every route x method x person x object of the OpenAPI document: another customer's object answers exactly like one that does not
 * exist, and no answer holds the canary of somebody else [OWASP API1, API5; ASVS 5.0, 8.2.2 and 8.4.1].
 */
let application: TestApplication
let operations: { key: string; method: string; path: string; answers: Answers; routeCase: RouteCase }[]
let alder: Tenant
let birch: Tenant
const counted = { requests: 0, answersWithoutForeignCanary: 0, pairsAlike: 0 }

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  const [maker] = await application.database.query<{ id: number }>(
    `select id from organisation where kind = 'manufacturer'`,
  )
  alder = await makeTenant(application, 'ALDERCANARY', maker?.id ?? 0)
  birch = await makeTenant(application, 'BIRCHCANARY', maker?.id ?? 0)
  type Document = { paths: Record<string, Record<string, { responses: Answers }>> }
  const document = (await application.client().get<Document>('/openapi.json')).body
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const key = `${method.toUpperCase()} ${path}`
      const answers = described.responses
      return { key, method: method.toUpperCase(), path, answers, routeCase: routeCases[key] ?? {} }
    }),
  )
  await waitFor(async () => (await alder.clients.viewer.get(`/v1/devices/${alder.serial}/status`)).status === 200, {
    what: 'the devices to be known',
    deadlineMs: 20_000,
  })
})
afterAll(async () => {
  console.log(`isolation: ${operations.length} routes, ${JSON.stringify(counted)}`)
  await application.stop()
})

async function ask(
  client: TestClient,
  { method, path, routeCase }: (typeof operations)[number],
  target: Target = nobody,
): Promise<Answer<unknown>> {
  const request = routeCase.request?.(target) ?? { path, body: undefined }
  const body = request.body ?? (method === 'GET' || method === 'DELETE' ? undefined : {})
  const isText = typeof body === 'string'
  counted.requests++
  return client.request(method, request.path, {
    headers: {
      ...(body === undefined ? {} : { 'content-type': isText ? 'text/csv' : 'application/json' }),
      ...('headers' in request ? request.headers : {}),
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  })
}

/** An answer without the address that was asked for: that is all in which two objects that do not exist may differ. */
function shape({ status, body }: Answer<unknown>): string {
  return `${status} ${JSON.stringify(body, (name, value) => (name === 'instance' ? undefined : value)) ?? ''}`
}

test('the matrix holds every route of the document, and no other', () => {
  expect(operations.map(({ key }) => key).sort()).toEqual(Object.keys(routeCases).sort())
})

test('nobody, and whose session has ended, gets nothing but the public routes', async () => {
  const ended = await application.signIn('Harbour', 'administrator')
  const copy = application.client()
  copy.cookie = ended.cookie
  await ended.request('DELETE', '/v1/session')
  for (const operation of operations) {
    if (operation.routeCase.isPublic) continue
    for (const client of [application.client(), copy]) {
      expect((await ask(client, operation, targetOf(alder))).status, operation.key).toBe(401)
    }
  }
})

test("another customer's object answers exactly like one that does not exist", async () => {
  for (const operation of operations.filter(({ routeCase }) => routeCase.request && !routeCase.isPublic)) {
    for (const role of roles) {
      const [theirs, nothing] = [
        await ask(alder.clients[role], operation, targetOf(birch)),
        await ask(alder.clients[role], operation, nobody),
      ]
      expect(theirs.status, `${operation.key} as ${role}`).toBeGreaterThanOrEqual(400)
      expect(shape(theirs), `${operation.key} as ${role}`).toBe(shape(nothing))
      counted.pairsAlike++
    }
  }
})

test('a role may do what the table of permissions says, and no more', async () => {
  for (const operation of operations) {
    const { permission, isForManufacturer, request, isPublic, isDestructive } = operation.routeCase
    if (isPublic) continue
    for (const role of roles) {
      const isAllowed = !isForManufacturer && (permission === undefined || mayDo(role, permission))
      if (isAllowed && isDestructive) continue
      const answer = await ask(alder.clients[role], operation, request ? targetOf(alder) : nobody)
      const label = `${operation.key} as ${role}: ${JSON.stringify(answer.body)?.slice(0, 200)}`
      if (isAllowed) expect([401, 403, 404], label).not.toContain(answer.status)
      else expect(answer.status, label).toBe(403)
    }
  }
})

test('no answer to one customer holds the canary of another', async () => {
  for (const operation of operations) {
    if (operation.routeCase.isDestructive) continue
    for (const role of roles) {
      for (const target of [targetOf(alder), targetOf(birch), nobody]) {
        const answer = await ask(alder.clients[role], operation, target)
        const text = JSON.stringify([answer.body, [...answer.headers]])
        const leaked = answer.status < 400 ? text.includes(birch.canary) : hasMoreThanAsked(text, target)
        expect(leaked, `${operation.key} as ${role}: ${text.slice(0, 300)}`).toBe(false)
        counted.answersWithoutForeignCanary++
      }
    }
  }
})

/** A refusal may repeat what was asked for, in its `instance`, and nothing else of it. */
function hasMoreThanAsked(text: string, target: Target): boolean {
  return text.replaceAll(`/${target.serial}`, '').includes(birch.canary)
}

test('no answer has a field that the document does not describe', async () => {
  const described: string[] = []
  for (const operation of operations) {
    if (operation.routeCase.isDestructive) continue
    for (const role of roles) {
      const answer = await ask(alder.clients[role], operation, targetOf(alder))
      const schema = operation.answers[answer.status]?.content?.['application/json']?.schema
      if (answer.status >= 300 || answer.body === undefined || schema === undefined) continue
      expect(undescribedFields(answer.body, schema), `${operation.key} as ${role}`).toEqual([])
      described.push(operation.key)
    }
  }
  expect(new Set(described).size).toBeGreaterThan(15)
})

test('the canary is seen by its own people, so that its absence means something', async () => {
  const keys = [
    'GET /v1/devices',
    'GET /v1/devices/{serial}',
    'GET /v1/set-aside',
    'GET /v1/alerts',
    'GET /v1/alerts/{id}',
  ]
  keys.push('GET /v1/alert-rules', 'GET /v1/maintenance-windows', 'GET /v1/reports/monthly')
  for (const key of keys) {
    const operation = operations.find((candidate) => candidate.key === key)
    if (operation === undefined) throw new Error(`${key} is no route`)
    const answer = await ask(birch.clients.viewer, operation, targetOf(birch))
    expect(JSON.stringify(answer.body), key).toContain(birch.canary)
  }
})

test('a live connection brings nothing of another customer', async () => {
  const live = await alder.clients.viewer.openLive()
  const devices = [birch.serial, alder.serial]
  live.send({ type: 'watch', detail: 'status', devices })
  live.send({ type: 'watch', detail: 'summary', devices })
  live.send({ type: 'fleet', watch: true })
  live.send({ type: 'alerts', watch: true })
  await waitFor(() => live.of('alert-counts').length > 0, { what: 'the counts of incidents' })
  for (const tenant of [birch, alder]) await tenant.clients.operator.post(`/v1/alerts/${tenant.incidentId}/reopen`, {})
  await waitFor(() => live.of('alert').length > 0, { what: 'the news of their incident' })
  await waitFor(() => live.of('status').length > 0 && live.of('summary').length > 0 && live.of('fleet').length > 0, {
    what: 'what they may see',
  })
  expect(JSON.stringify(live.messages)).not.toContain(birch.canary)
  expect(live.of('fleet').at(-1)?.fleet.devices).toBe(1)
  live.close()
})
