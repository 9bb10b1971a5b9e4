import { randomUUID } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import { createUser } from '@stellacontrol/database'
import type { Problem } from '@stellacontrol/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  harbourSerials,
  startTestApplication,
  type TestApplication,
  waitUntilReady,
} from '../testing/test-application.ts'
import type { Answer } from '../testing/test-client.ts'
import { expectedOf, naughtyStrings } from './naughty-strings.ts'
import {
  bodyWith,
  type OpenApiDocument,
  type Operation,
  operationsOf,
  type Schema,
  stringPlaces,
} from './openapi-strings.ts'
import { type Objects, otherStrings, type TextField, textFields } from './text-fields.ts'

/** Every string that can be written, found in the OpenAPI document: naughty strings come back unharmed, or are refused by name. */
let application: TestApplication
let operations: Operation[]
let objects: Objects

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  const maker = await application.signIn('StellaControl', 'administrator')
  const { body } = await maker.get<OpenApiDocument>('/openapi.json')
  operations = operationsOf(body)
  const { database } = application
  const find = async (sql: string) => (await database.query<{ id: number }>(sql))[0]?.id ?? 0
  const organisationId = await find(`select id from organisation where name = 'Harbour'`)
  const person = await createUser(database, {
    ...{ organisationId, email: 'naughty@harbour.example', name: 'A Person', role: 'viewer' },
    passwordHash: await hash('a password for nobody', { memoryCost: 1024, timeCost: 1 }),
  })
  objects = {
    ...{ maker, organisationId, personId: person.id, serial: harbourSerials[0] as string },
    makerId: await find(`select id from organisation where kind = 'manufacturer'`),
    siteId: await find(`select id from site where name = 'Meadow Farm'`),
    incidentId: await openIncident(organisationId),
    windowId: await planWindow(organisationId),
  }
})
afterAll(() => application.stop())

async function openIncident(organisationId: number): Promise<string> {
  const id = randomUUID()
  await application.database.execute(
    `insert into incident (id, version, scope, organisation_id, rule, rule_name, class, severity, state, since, raised_at,
       changed_at, announced, text)
     values ($1, 1, $2, $3, 'device-offline', 'Device offline', 'communication', 'critical', 'open', now(), now(), now(), true, 'silent')`,
    [id, harbourSerials[0], organisationId],
  )
  return id
}

async function planWindow(organisationId: number): Promise<number> {
  const rows = await application.database.query<{ id: number }>(
    `insert into maintenance_window (organisation_id, starts_at, ends_at, time_zone, reason, created_by)
     values ($1, now() + interval '1 hour', now() + interval '2 hours', 'UTC', 'test', 'test') returning id`,
    [organisationId],
  )
  return rows[0]?.id ?? 0
}

const keyOf = ({ method, path }: Operation, place: string) => `${method} ${path} ${place}`

test('every string that a request can write is known: as free text, or as what else it is', () => {
  const found = operations.flatMap((operation) => stringPlaces(operation.body).map((place) => keyOf(operation, place)))
  expect(found.toSorted()).toEqual([...Object.keys(textFields), ...Object.keys(otherStrings)].toSorted())
})

test.each(Object.entries(textFields))('%s keeps every string as it is, or refuses it by name', async (key, field) => {
  const name = key.split(' ')[2]?.replace('[]', '') ?? ''
  // The whole list wherever something is made, and for each rule; a quarter for what is the same schema once more.
  const strings = naughtyStrings(
    field.longest,
    (key.startsWith('POST') || field.kind !== 'line') && !field.isOneObject ? 1 : 4,
  )
  const wrong: unknown[] = []
  // Those that write to the same object wait for each other.
  const writesAtOnce = key.startsWith('POST') && !field.isOneObject ? 4 : 1
  for (let first = 0; first < strings.length; first += writesAtOnce) {
    await Promise.all(
      strings.slice(first, first + writesAtOnce).map(async (text) => {
        const expected = expectedOf(text, field)
        const answer = await field.write(objects, text)
        if (expected === undefined ? !isRefusedFor(answer, name) : !isKept(answer, field, expected)) {
          wrong.push({ text, expected, status: answer.status, body: answer.body })
        }
      }),
    )
  }
  expect(wrong).toEqual([])
  expect(strings.filter((text) => expectedOf(text, field) !== undefined).length).toBeGreaterThan(100)
  expect(strings.filter((text) => expectedOf(text, field) === undefined).length).toBeGreaterThan(5)
})

function isRefusedFor({ status, headers, body }: Answer<unknown>, name: string): boolean {
  const { code, detail } = body as Problem
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json')
  return status === 400 && code === 'request-invalid' && isProblem === true && detail?.includes(name) === true
}

function isKept({ status, body }: Answer<unknown>, field: TextField, expected: string): boolean {
  return status < 300 && field.shown(body as Record<string, unknown>) === expected
}

const poisons = ['a\u0000b', '\ud800', '\u001b[31m', 'x'.repeat(30_000)]

test('bytes that no text may hold are refused in every other string of a body too, never a fault', async () => {
  for (const operation of operations) {
    const { body, method } = operation
    if (body === undefined) continue
    for (const place of stringPlaces(body)) {
      for (const text of poisons) {
        const request = {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(bodyWith(body, place, text)),
        }
        const answer = await objects.maker.request(method, pathOf(operation), request)
        const label = `${keyOf(operation, place)} ${JSON.stringify(text).slice(0, 20)}: ${JSON.stringify(answer.body)}`
        expect(answer.status, label).toBeGreaterThanOrEqual(400)
        expect(answer.status, label).toBeLessThan(500)
      }
    }
  }
})

test('a property that the document does not describe is refused by name in every body', async () => {
  const written = operations.filter(({ body }) => body !== undefined)
  const taken: unknown[] = []
  for (const operation of written) {
    const asDescribed = bodyWith(operation.body as Schema, 'nothing else', '') as object
    const request = {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...asDescribed, isAdministrator: true }),
    }
    const answer = await objects.maker.request(operation.method, pathOf(operation), request)
    if (!isRefusedFor(answer, 'isAdministrator')) taken.push([operation.method, operation.path, answer.body])
  }
  expect(taken).toEqual([])
  expect(written.length).toBeGreaterThan(10)
})

test('no parameter of a path or a query can hold bytes that make a fault', async () => {
  let asked = 0
  for (const operation of operations.filter(({ method }) => method === 'GET')) {
    for (const { name, in: where } of operation.parameters) {
      for (const bytes of ['%00', 'a%00b', '%ED%A0%80', '%FF', '%1B%5B31m', '%2e%2e%2f', '%F0%9F%91%BE']) {
        const path = where === 'path' ? pathOf(operation, { [name]: bytes }) : `${pathOf(operation)}?${name}=${bytes}`
        const answer = await objects.maker.get(path)
        expect(answer.status, `GET ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(500)
        asked++
      }
    }
  }
  expect(asked).toBeGreaterThan(100)
})

/** The path with values that its parameters' schemas allow, but those that are given. */
function pathOf({ path, parameters }: Operation, given: Record<string, string> = {}): string {
  const described = (name: string) => {
    const schema = parameters.find((parameter) => parameter.in === 'path' && parameter.name === name)?.schema ?? {}
    return schema.enum || schema.format ? String(bodyWith(schema, 'no part of it', '')) : '1'
  }
  return path.replace(/\{(\w+)\}/g, (_, name) => given[name] ?? (name === 'serial' ? objects.serial : described(name)))
}
