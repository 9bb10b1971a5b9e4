import {
  type Database,
  type LedgerPartition,
  migrate,
  openDatabase,
  readLedger,
  registerFleet,
} from '@stellacontrol/database'
import { encodeReport, type Report } from '@stellacontrol/protocol'
import { appendMessages, checkInstallation, openRedis, type Redis } from '@stellacontrol/redis'
import { type RunningService, startService } from '@stellacontrol/runtime'
import {
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
  temporaryFolder,
} from '@stellacontrol/test-servers'
import { openProcessor } from '../processor.ts'

export interface TestProcessor extends AsyncDisposable {
  queue: RedisServer
  state: RedisServer
  postgres: PostgresServer
  redis: Redis
  database: Database
  /** Starts one more processor on the same servers. */
  start(): Promise<RunningService>
  /** Puts messages into the queue as the receiver does. */
  send(serial: string, ...reports: (Report | Buffer)[]): Promise<void>
  /** The ledger's counters, all partitions together. */
  counts(): Promise<Pick<LedgerPartition, 'stored' | 'duplicates' | 'setAside'>>
}

export const serials = Array.from({ length: 8 }, (_, index) => `PROCESSOR${index}`)

/** Real servers with registered devices; processors are started by the tests. */
export async function startTestProcessor(): Promise<TestProcessor> {
  const folder = temporaryFolder()
  const [queue, state, postgres] = await Promise.all([
    startRedis({ folder, name: 'queue', durable: true }),
    startRedis({ folder, name: 'state', durable: true }),
    startPostgres({ folder: `${folder}/postgres` }),
  ])
  const environment = {
    REDIS_QUEUE_URL: queue.url,
    REDIS_STATE_URL: state.url,
    DATABASE_URL: postgres.url,
    STELLA_PARTITIONS: '4',
    STELLA_LOG_LEVEL: 'silent',
  }
  const database = openDatabase({ url: postgres.url, applicationName: 'test', maximumConnections: 2 })
  await migrate(database)
  const place = { kind: 'office', timeZone: 'Europe/Dublin', latitude: 53, longitude: -6, address: 'Loopback' }
  await registerFleet(database, {
    organisations: [{ name: 'Test' }],
    sites: [{ name: 'Bench', organisation: 'Test', ...place }],
    devices: serials.map((serial) => ({ serial, secret: 'x'.repeat(43), model: 'iR5', name: serial, site: 'Bench' })),
  })
  const redis = openRedis({ name: 'test', environment })
  await redis.state.ready()
  const { generation } = await checkInstallation(redis)
  const running: RunningService[] = []
  return {
    ...{ queue, state, postgres, redis, database },
    async start() {
      const service = await startService('message-processor', environment, openProcessor)
      running.push(service)
      return service
    },
    async send(serial, ...reports) {
      const messages = reports.map((report) => ({
        serial,
        receivedAt: Date.now(),
        payload: Buffer.isBuffer(report) ? report : Buffer.from(encodeReport(report)),
      }))
      await appendMessages(redis.queue, redis.keys, messages)
    },
    async counts() {
      const ledger = await readLedger(database, generation)
      const sum = (of: (partition: LedgerPartition) => number) => ledger.reduce((total, part) => total + of(part), 0)
      return { stored: sum((p) => p.stored), duplicates: sum((p) => p.duplicates), setAside: sum((p) => p.setAside) }
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(running.map((service) => service[Symbol.asyncDispose]()))
      await redis[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await Promise.allSettled([queue.stop(), state.stop(), postgres.stop()])
    },
  }
}
