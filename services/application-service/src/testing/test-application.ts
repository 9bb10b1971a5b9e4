import { rmSync } from 'node:fs'
import { hash } from '@node-rs/argon2'
import {
  createOrganisation,
  createUser,
  type Database,
  migrate,
  openDatabase,
  registerFleet,
  type UserRole,
} from '@stellacontrol/database'
import { openRedis, type Redis } from '@stellacontrol/redis'
import { type RunningService, startService } from '@stellacontrol/runtime'
import {
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
  temporaryFolder,
  waitFor,
} from '@stellacontrol/test-servers'
import type { HttpServer } from '../http/http-server.ts'
import { openApplication } from '../open-application.ts'
import { TestClient } from './test-client.ts'

export const password = 'a password for tests'
/** Cheap parameters: tests sign in often, and what argon2 costs is not what they look at. */
const cheap = { memoryCost: 1024, timeCost: 1 }

/** The whole service on real servers, with two customers of one manufacturer: Harbour (devices HA-…) and Meadow (ME-…). */
export interface TestApplication {
  url: string
  server: HttpServer
  service: RunningService
  environment: Record<string, string>
  queue: RedisServer
  state: RedisServer
  postgres: PostgresServer
  database: Database
  redis: Redis
  client(): TestClient
  /** A client that is signed in as a member of one of the three organisations. */
  signIn(organisation?: 'StellaControl' | 'Harbour' | 'Meadow', role?: UserRole): Promise<TestClient>
  /** A second instance of the service on the same servers. */
  startAnother(
    further?: Record<string, string>,
    options?: { now?: () => number },
  ): Promise<{ url: string; service: RunningService }>
  stop(): Promise<void>
}

export const harbourSerials = Array.from({ length: 30 }, (_, index) => `HA-${String(index).padStart(4, '0')}`)
export const meadowSerials = Array.from({ length: 10 }, (_, index) => `ME-${String(index).padStart(4, '0')}`)

export async function startTestApplication(further: Record<string, string> = {}): Promise<TestApplication> {
  const folder = temporaryFolder()
  const [queue, state, postgres] = await Promise.all([
    startRedis({ folder, name: 'queue', durable: true, maximumMemoryBytes: 256 * 1024 * 1024 }),
    startRedis({ folder, name: 'state', durable: true }),
    startPostgres({ folder, settings: { shared_buffers: '64MB' } }),
  ])
  const database = openDatabase({ url: postgres.url, applicationName: 'test', maximumConnections: 4 })
  const organisations = await seed(database)
  const environment = {
    REDIS_QUEUE_URL: queue.url,
    REDIS_STATE_URL: state.url,
    DATABASE_URL: postgres.url,
    STELLA_PARTITIONS: '4',
    STELLA_HTTP_HOST: '127.0.0.1',
    STELLA_HTTP_PORT: '0',
    STELLA_LOG_LEVEL: 'silent',
    STELLA_SECRET_KEY: 'a key for tests, thirty-two characters and more',
    ...further,
  }
  const redis = openRedis({ name: 'test', environment })
  await Promise.all([redis.queue.ready(), redis.state.ready()])
  const first = await startInstance(environment)
  const client = () => new TestClient(first.url)
  let users = 0
  return {
    ...first,
    ...{ environment, queue, state, postgres, database, redis, client },
    async signIn(organisation = 'StellaControl', role = 'operator') {
      const email = `user${++users}@${organisation.toLowerCase()}.example`
      const passwordHash = await hash(password, cheap)
      const organisationId = organisations[organisation]
      await createUser(database, { organisationId, email, name: 'A Person', role, passwordHash })
      const signedIn = client()
      await signedIn.signIn(email, password)
      return signedIn
    },
    startAnother: (others = {}, options = {}) => startInstance({ ...environment, ...others }, options),
    async stop() {
      await first.service[Symbol.asyncDispose]()
      await redis[Symbol.asyncDispose]()
      await database.close()
      await Promise.all([queue.stop(), state.stop(), postgres.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startInstance(environment: Record<string, string>, options: { now?: () => number } = {}) {
  let server: HttpServer | undefined
  const service = await startService('application-service', environment, async (context) => {
    server = await openApplication(context, options)
  })
  if (server === undefined) throw new Error('the service did not open')
  return { service, server, url: `http://127.0.0.1:${server.port}` }
}

export async function waitUntilReady(url: string): Promise<void> {
  await waitFor(async () => (await fetch(`${url}/readyz`)).ok, { what: 'the service to be ready', deadlineMs: 20_000 })
}

async function seed(database: Database) {
  await migrate(database)
  const sites = [
    { name: 'Harbour Tower', organisation: 'Harbour' },
    { name: 'Meadow Farm', organisation: 'Meadow' },
  ].map((site) => ({
    ...site,
    kind: 'building',
    timeZone: 'Europe/Brussels',
    latitude: 51,
    longitude: 4,
    address: `${site.name} 1`,
  }))
  const device = (serial: string, site: string) => ({
    serial,
    secret: serial,
    model: 'iR5',
    name: `Booster ${serial}`,
    site,
  })
  const devices = [
    ...harbourSerials.map((serial) => device(serial, 'Harbour Tower')),
    ...meadowSerials.map((serial) => device(serial, 'Meadow Farm')),
  ]
  const { manufacturerId } = await registerFleet(database, {
    organisations: [{ name: 'Harbour' }, { name: 'Meadow' }],
    sites,
    devices,
  })
  const rows = await database.query<{ id: number; name: string }>('select id, name from organisation')
  const idOf = (name: string) => rows.find((row) => row.name === name)?.id ?? 0
  await createOrganisation(database, { parentId: manufacturerId, kind: 'reseller', name: 'Empty Reseller' })
  return { StellaControl: manufacturerId, Harbour: idOf('Harbour'), Meadow: idOf('Meadow') }
}
