import { type Database, migrate, openDatabase, registerFleet } from '@stellacontrol/database'
import { openRedis, type Redis } from '@stellacontrol/redis'
import { type RunningService, startService } from '@stellacontrol/runtime'
import {
  freePort,
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
  temporaryFolder,
} from '@stellacontrol/test-servers'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { openReceiver } from '../receiver.ts'

export interface TestReceiver extends AsyncDisposable {
  queue: RedisServer
  state: RedisServer
  postgres: PostgresServer
  redis: Redis
  database: Database
  environment: Record<string, string>
  port: number
  /** One more receiver on the same servers. */
  startAnother(environment?: Record<string, string>): Promise<{ service: RunningService; port: number }>
}

export const devices = Array.from({ length: 12 }, (_, index) => ({
  serial: `RECEIVER${String(index).padStart(2, '0')}`,
  secret: `secret-of-device-${index}-that-nobody-guesses`,
}))

const site = {
  name: 'Bench',
  kind: 'office',
  timeZone: 'Europe/Dublin',
  latitude: 53,
  longitude: -6,
  address: 'Loopback',
}

/** A receiver with its embedded broker on real servers, and a dozen registered devices. */
export async function startTestReceiver(more: Record<string, string> = {}): Promise<TestReceiver> {
  const folder = temporaryFolder()
  const [queue, state, postgres] = await Promise.all([
    startRedis({ folder, name: 'queue', durable: true }),
    startRedis({ folder, name: 'state', durable: true }),
    startPostgres({ folder: `${folder}/postgres` }),
  ])
  const database = openDatabase({ url: postgres.url, applicationName: 'test', maximumConnections: 2 })
  await migrate(database)
  await registerFleet(database, {
    organisations: [{ name: 'Test' }],
    sites: [{ ...site, organisation: 'Test' }],
    devices: devices.map(({ serial, secret }) => ({ serial, secret, model: 'iR5', name: serial, site: site.name })),
  })
  const environment = {
    REDIS_QUEUE_URL: queue.url,
    REDIS_STATE_URL: state.url,
    DATABASE_URL: postgres.url,
    STELLA_MQTT_HOST: '127.0.0.1',
    STELLA_PARTITIONS: '4',
    STELLA_LOG_LEVEL: 'silent',
    ...more,
  }
  const startAnother = async (further: Record<string, string> = {}) => {
    const port = await freePort()
    const variables = { ...environment, STELLA_MQTT_PORT: String(port), ...further }
    return { service: await startService('message-receiver', variables, openReceiver), port }
  }
  const { service, port } = await startAnother()
  const redis = openRedis({ name: 'test', environment })
  await Promise.all([redis.queue.ready(), redis.state.ready()])
  return {
    ...{ queue, state, postgres, redis, database, environment, port, startAnother },
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]()
      await redis[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await Promise.allSettled([queue.stop(), state.stop(), postgres.stop()])
    },
  }
}

/** A device's MQTT connection by a foreign client, MQTT.js; it does not reconnect. */
export function connectDevice(port: number, index: number, options: IClientOptions = {}): Promise<MqttClient> {
  const device = devices[index] as (typeof devices)[number]
  return mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: device.serial,
    username: device.serial,
    password: device.secret,
    reconnectPeriod: 0,
    connectTimeout: 3_000,
    protocolVersion: 4,
    ...options,
  })
}
