import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, migrate, openDatabase, registerFleet } from '@stellacontrol/database'
import {
  freePort,
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
  temporaryFolder,
  waitFor,
} from '@stellacontrol/test-servers'
import { ServiceProcess } from './service-process.ts'

export interface StackOptions {
  devices: number
  receivers?: number
  processors?: number
  /** Also starts the application service. */
  application?: boolean
  queueMemoryBytes?: number
  /** False turns off the queue's append-only file: only to prove that the checks can fail. */
  queueDurable?: boolean
  /** Further variables for every service. */
  environment?: Record<string, string>
  /** Where servers and logs lie; a temporary folder unless given. */
  folder?: string
}

export interface StackDevice {
  serial: string
  secret: string
}

/** A whole installation on loopback: real servers, built services, registered devices. */
export interface Stack extends AsyncDisposable {
  folder: string
  queue: RedisServer
  state: RedisServer
  postgres: PostgresServer
  database: Database
  receivers: ServiceProcess[]
  processors: ServiceProcess[]
  application: ServiceProcess | undefined
  mqttPorts: number[]
  httpUrl: string
  /** Where receivers and processors tell health and metrics, by name. */
  healthUrls: Record<string, string>
  devices: StackDevice[]
  environment: Record<string, string>
  /** Adds and starts one more processor. */
  addProcessor(): ServiceProcess
  /** Adds and starts an alert monitor; resolves when it is ready. */
  addAlertMonitor(): Promise<ServiceProcess>
  /** Adds and starts a notification service; resolves when it is ready. */
  addNotificationService(): Promise<ServiceProcess>
  /** A process of this repository's own code with the installation's variables. */
  helper(name: string, file: string, parameters?: string[]): ServiceProcess
}

const readyDeadlineMs = 60_000

/** Starts an installation and waits until every service of it is ready. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = options.folder ?? temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const memory = options.queueMemoryBytes === undefined ? {} : { maximumMemoryBytes: options.queueMemoryBytes }
  const [queue, state, postgres] = await Promise.all([
    startRedis({ folder, name: 'queue', durable: options.queueDurable ?? true, ...memory }),
    startRedis({ folder, name: 'state', durable: true }),
    startPostgres({ folder: join(folder, 'postgres') }),
  ])
  const database = openDatabase({ url: postgres.url, applicationName: 'stack', maximumConnections: 2 })
  await migrate(database)
  const devices = makeDevices(options.devices)
  await registerDevices(database, devices)

  const environment = {
    REDIS_QUEUE_URL: queue.url,
    REDIS_STATE_URL: state.url,
    DATABASE_URL: postgres.url,
    STELLA_LOG_LEVEL: 'info',
    ...options.environment,
  }
  const running: ServiceProcess[] = []
  const start = (name: string, file: string, more: Record<string, string>, parameters: string[] = []) => {
    const logFile = join(folder, `${name}.log`)
    const service = new ServiceProcess({ name, file, environment: { ...environment, ...more }, logFile, parameters })
    running.push(service)
    return service.start()
  }
  const healthUrls: Record<string, string> = {}
  const startHealthy = async (name: string, file: string, more: Record<string, string>) => {
    const healthPort = await freePort()
    const healthUrl = `http://127.0.0.1:${healthPort}`
    healthUrls[name] = healthUrl
    const service = start(name, file, { STELLA_HEALTH_PORT: String(healthPort), ...more })
    return { service, ready: untilReady(name, healthUrl) }
  }

  const mqttPorts: number[] = []
  const receivers: ServiceProcess[] = []
  const processors: ServiceProcess[] = []
  const ready: Promise<void>[] = []
  for (let index = 0; index < (options.receivers ?? 1); index++) {
    const port = await freePort()
    mqttPorts.push(port)
    const name = `message-receiver-${index}`
    const more = { STELLA_MQTT_PORT: String(port), STELLA_MQTT_HOST: '127.0.0.1', STELLA_MQTT_CLIENT_ID: name }
    const started = await startHealthy(name, 'services/message-receiver/dist/main.js', more)
    receivers.push(started.service)
    ready.push(started.ready)
  }
  for (let index = 0; index < (options.processors ?? 1); index++) {
    const started = await startHealthy(`message-processor-${index}`, 'services/message-processor/dist/main.js', {})
    processors.push(started.service)
    ready.push(started.ready)
  }
  const httpPort = await freePort()
  const httpUrl = `http://127.0.0.1:${httpPort}`
  let application: ServiceProcess | undefined
  if (options.application) {
    // It has no way to the owner's role.
    const database = { DATABASE_URL: '', DATABASE_API_URL: postgres.apiUrl }
    const more = { STELLA_HTTP_PORT: String(httpPort), STELLA_HTTP_HOST: '127.0.0.1', ...database }
    application = start('application-service', 'services/application-service/dist/main.js', more)
    ready.push(untilReady('application-service', httpUrl))
  }
  const added: Record<string, number> = {}
  const addService = async (service: 'alert-monitor' | 'notification-service') => {
    const count = added[service] ?? 0
    added[service] = count + 1
    const name = count === 0 ? service : `${service}-${count}`
    const started = await startHealthy(name, `services/${service}/dist/main.js`, {})
    await started.ready
    return started.service
  }
  const close = async () => {
    await Promise.allSettled(running.map((service) => service.kill()))
    await database[Symbol.asyncDispose]()
    await Promise.allSettled([queue.stop(), state.stop(), postgres.stop()])
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
  }
  try {
    await Promise.all(ready)
  } catch (error) {
    await close()
    throw error
  }

  return {
    folder,
    queue,
    state,
    postgres,
    database,
    receivers,
    processors,
    application,
    mqttPorts,
    httpUrl,
    healthUrls,
    devices,
    environment,
    addProcessor() {
      const name = `message-processor-${processors.length}`
      const processor = start(name, 'services/message-processor/dist/main.js', {})
      processors.push(processor)
      return processor
    },
    addAlertMonitor: () => addService('alert-monitor'),
    addNotificationService: () => addService('notification-service'),
    helper: (name, file, parameters) => start(name, file, {}, parameters),
    [Symbol.asyncDispose]: close,
  }
}

async function untilReady(name: string, url: string): Promise<void> {
  await waitFor(async () => (await fetch(`${url}/readyz`)).status === 200, {
    what: `${name} to be ready`,
    deadlineMs: readyDeadlineMs,
    intervalMs: 50,
  })
}

function makeDevices(count: number): StackDevice[] {
  return Array.from({ length: count }, (_, index) => ({
    serial: `LOAD${String(index).padStart(6, '0')}`,
    secret: randomBytes(32).toString('base64url'),
  }))
}

async function registerDevices(database: Database, devices: StackDevice[]): Promise<void> {
  const site = {
    name: 'Test bench',
    organisation: 'Test bench',
    kind: 'office',
    timeZone: 'Europe/Dublin',
    latitude: 53.3,
    longitude: -6.2,
    address: 'Loopback',
  }
  await registerFleet(database, {
    organisations: [{ name: site.organisation }],
    sites: [site],
    devices: devices.map(({ serial, secret }) => ({ serial, secret, model: 'iR5', name: serial, site: site.name })),
  })
}
