import { openDatabase } from '@stellacontrol/database'
import { announceReceiver, checkInstallation, openRedis, type Redis } from '@stellacontrol/redis'
import { openCertificates, pause, readConfiguration, type ServiceContext } from '@stellacontrol/runtime'
import { AppendBatcher } from './append-batcher.ts'
import { ClaimExchange } from './claim-exchange.ts'
import { CloneAlarm } from './clone-alarm.ts'
import { receiverConfiguration, tlsFilesOf } from './configuration.ts'
import { CredentialCache } from './credential-cache.ts'
import { DeviceAccess } from './device-access.ts'
import { DeviceConnections } from './device-connections.ts'
import { openEmbeddedBroker } from './embedded-broker.ts'
import { openExternalBroker } from './external-broker.ts'
import { createReceiverMetrics } from './receiver-metrics.ts'

const probeEveryMs = 2_000
const readyWithinMs = 10_000

/** Opens the receiver: queue first, then the batcher before it, then the broker that devices talk to. */
export async function openReceiver(context: ServiceContext): Promise<void> {
  const { name, environment, log, own, signal } = context
  const configuration = readConfiguration(receiverConfiguration, environment)
  const metrics = createReceiverMetrics(context.metrics)
  const redis = own(openRedis({ name, environment, log }))
  await checkInstallation(redis)
  const queueWorks = context.readiness.addRecency('queue', readyWithinMs)
  const batcher = new AppendBatcher({
    queue: redis.queue,
    keys: redis.keys,
    log,
    statistics: {
      appended(messages, durationMs) {
        metrics.appended.inc(messages)
        metrics.appendSeconds.observe(durationMs / 1000)
        queueWorks.succeeded()
      },
      failed: () => metrics.appendFailures.inc(),
      refused: (messages) => metrics.messagesRefused.inc(messages),
    },
  })
  void probeQueue(redis, signal, queueWorks.succeeded)

  if (configuration.MQTT_URL !== undefined) {
    const url = configuration.MQTT_URL
    const { STELLA_MQTT_CLIENT_ID: clientId, STELLA_MQTT_SUBSCRIPTIONS: subscriptions } = configuration
    const broker = own(await openExternalBroker({ url, clientId, subscriptions, batcher, metrics, log, signal }))
    context.readiness.add('broker', () => ({
      ok: broker.connected() > 0,
      detail: `${broker.connected()} subscriptions`,
    }))
    own(announceWhile(redis, signal, () => broker.connected() > 0))
    return
  }
  const database = own(openDatabase({ url: configuration.DATABASE_URL, applicationName: name, maximumConnections: 4 }))
  const files = tlsFilesOf(configuration)
  const certificates = files && own(openCertificates(files, log))
  const clones = new CloneAlarm({ redis, metrics, log })
  const onTakeover = (serial: string, from: string, to: string) => void clones.takenOver(serial, from, to)
  const connections = new DeviceConnections({ redis, log, onTakeover })
  await connections.start()
  const cache = new CredentialCache({ database, state: redis.state, keys: redis.keys, log })
  const access = own(new DeviceAccess({ redis, database, cache, log }))
  await access.start()
  const broker = own(
    await openEmbeddedBroker({
      host: configuration.STELLA_MQTT_HOST,
      port: configuration.STELLA_MQTT_PORT,
      tls: certificates && { port: configuration.STELLA_MQTT_TLS_PORT, certificates },
      maximumConnections: configuration.STELLA_MQTT_CONNECTIONS,
      connectsPerSecond: configuration.STELLA_MQTT_CONNECTS_PER_SECOND,
      guardLimits: {
        publishesPerSecond: configuration.STELLA_MQTT_REPORTS_PER_SECOND,
        publishBurst: configuration.STELLA_MQTT_REPORTS_PER_SECOND * 4,
      },
      batcher,
      access,
      claims: new ClaimExchange({ database, log }),
      clones,
      connections,
      metrics,
      log,
    }),
  )
  log.info({ port: broker.port, tlsPort: broker.tlsPort }, 'mqtt.listening')
  own(announceWhile(redis, signal, () => true))
  const gauges = setInterval(() => {
    metrics.connections.set(connections.count)
    metrics.waiting.set(batcher.pending)
  }, 1_000)
  own({ [Symbol.asyncDispose]: async () => clearInterval(gauges) })
}

/** While no device reports, a write of our own shows whether the queue would take a report. */
async function probeQueue(redis: Redis, signal: AbortSignal, succeeded: () => void): Promise<void> {
  const key = redis.keys.installation
  while (!signal.aborted) {
    try {
      await redis.queue.command(key, ['HSET', key, 'probedAt', String(Date.now())])
      succeeded()
    } catch {
      // Unreadiness and the batcher's log line say it.
    }
    await pause(probeEveryMs, signal)
  }
}

/** Says every few seconds that reports are taken, so that an outage of ours is not mistaken for the devices' silence. */
function announceWhile(redis: Redis, signal: AbortSignal, isTaking: () => boolean): AsyncDisposable {
  const announcing = (async () => {
    while (!signal.aborted) {
      // While Redis is away nobody is told, which is what the silence of this says.
      if (isTaking()) await announceReceiver(redis).catch(() => {})
      await pause(probeEveryMs, signal)
    }
    await announceReceiver(redis, true).catch(() => {})
  })()
  return { [Symbol.asyncDispose]: () => announcing }
}
