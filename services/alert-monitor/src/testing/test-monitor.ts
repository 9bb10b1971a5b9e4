import { randomUUID } from 'node:crypto'
import { type Database, migrate, openDatabase, registerFleet } from '@stellacontrol/database'
import { type AlertMessage, type DeviceStatus, MessageType } from '@stellacontrol/protocol'
import {
  announceReceiver,
  checkInstallation,
  createMessage,
  openRedis,
  publishMessage,
  type Redis,
  subscribeMessage,
} from '@stellacontrol/redis'
import { type RunningService, startService } from '@stellacontrol/runtime'
import {
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
  temporaryFolder,
} from '@stellacontrol/test-servers'
import { openAlertMonitor } from '../alert-monitor.ts'

export interface TestMonitor extends AsyncDisposable {
  state: RedisServer
  postgres: PostgresServer
  redis: Redis
  database: Database
  environment: Record<string, string>
  /** Everything that was announced on the bus, in order. */
  heard: AlertMessage[]
  /** Of one device, site … and rule. */
  of(scope: string, rule?: string): AlertMessage[]
  start(): Promise<RunningService>
  /** A receiver seems to run until it is said that none does. */
  receivers(areRunning: boolean): Promise<void>
  /** Publishes the next report of a device. */
  report(serial: string, parts?: ReportParts): Promise<void>
}

export interface ReportParts {
  board?: number
  bands?: object[]
  receivedAt?: number
  intervalSeconds?: number
  power?: DeviceStatus['power']
}

export const devices = {
  alone: 'ALONE-0001',
  site: ['SITE-0001', 'SITE-0002', 'SITE-0003', 'SITE-0004', 'SITE-0005'],
  others: Array.from({ length: 13 }, (_, index) => `OTHER-${String(index).padStart(4, '0')}`),
}

/** Real servers with registered devices; monitors are started by the tests. */
export async function startTestMonitor(): Promise<TestMonitor> {
  const folder = temporaryFolder()
  const [queue, state, postgres] = await Promise.all([
    startRedis({ folder, name: 'queue', durable: true }),
    startRedis({ folder, name: 'state', durable: true }),
    startPostgres({ folder: `${folder}/postgres` }),
  ])
  const environment = {
    ...{ REDIS_QUEUE_URL: queue.url, REDIS_STATE_URL: state.url, DATABASE_URL: postgres.url },
    ...{ STELLA_PARTITIONS: '4', STELLA_LOG_LEVEL: 'silent' },
  }
  const database = openDatabase({ url: postgres.url, applicationName: 'test', maximumConnections: 2 })
  await migrate(database)
  await registerFleet(database, testFleet())
  await database.execute(`update device set state = 'active'`)
  const redis = openRedis({ name: 'test', environment })
  await redis.state.ready()
  await checkInstallation(redis)
  const heard: AlertMessage[] = []
  await subscribeMessage({ type: MessageType.Alert, handler: (message) => void heard.push(message) })
  const running: RunningService[] = []
  let receiver: NodeJS.Timeout | undefined
  const sequences = new Map<string, number>()
  const receivers = async (areRunning: boolean) => {
    clearInterval(receiver)
    receiver = areRunning ? setInterval(() => void announceReceiver(redis).catch(() => {}), 1_000) : undefined
    await announceReceiver(redis, !areRunning)
  }
  await receivers(true)
  return {
    ...{ state, postgres, redis, database, environment, heard, receivers },
    of: (scope, rule) =>
      heard.filter(({ device, alert }) => device.serialNumber === scope && (rule ?? alert.rule) === alert.rule),
    async start() {
      const service = await startService('alert-monitor', environment, openAlertMonitor)
      running.push(service)
      return service
    },
    async report(serial, parts = {}) {
      const sequence = (sequences.get(serial) ?? 0) + 1
      sequences.set(serial, sequence)
      const payload = statusOf(serial, sequence, parts)
      await publishMessage({ message: createMessage(MessageType.DeviceStatus, payload) })
    },
    async [Symbol.asyncDispose]() {
      clearInterval(receiver)
      await Promise.allSettled(running.map((service) => service[Symbol.asyncDispose]()))
      await redis[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await Promise.allSettled([queue.stop(), state.stop(), postgres.stop()])
    },
  }
}

function testFleet() {
  const place = { kind: 'office', timeZone: 'Europe/Dublin', latitude: 53, longitude: -6, address: 'Loopback' }
  const device = (site: string) => (serial: string) => ({
    ...{ serial, model: 'iR5', name: serial, site },
    secret: randomUUID().replaceAll('-', '').padEnd(43, 'x'),
  })
  return {
    organisations: [{ name: 'Test' }],
    sites: ['Bench', 'Quay'].map((name) => ({ name, organisation: 'Test', ...place })),
    devices: [
      ...[devices.alone].map(device('Bench')),
      ...devices.others.map(device('Bench')),
      ...devices.site.map(device('Quay')),
    ],
  }
}

function statusOf(serial: string, sequence: number, parts: ReportParts): DeviceStatus {
  const { board = 40, bands = [], receivedAt = Date.now(), intervalSeconds = 600, power = {} } = parts
  const at = new Date(receivedAt).toISOString()
  return {
    ...{ bootId: 1, sequence, serial, at, receivedAt: at, mode: 'normal', intervalSeconds, model: 'iR5' },
    ...{ severity: 'normal', findings: [], device: {}, environment: { boardCelsius: board }, power, modem: {} },
    bands: bands.map((band) => ({ band: 'B20', enabled: true, state: 'active', ...band })),
  } as unknown as DeviceStatus
}
