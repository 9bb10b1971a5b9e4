import { allReportsFilter, parseUplinkTopic } from '@stellacontrol/protocol'
import { CodedError, describe, type Log, pause } from '@stellacontrol/runtime'
import { connectAsync, type IPublishPacket, type MqttClient } from 'mqtt'
import type { AppendBatcher } from './append-batcher.ts'
import type { ReceiverMetrics } from './receiver-metrics.ts'

/** All receivers share the messages of one group: `$share/message-receiver/sc/v1/+/up/report`. */
const shareGroup = 'message-receiver'
/** The broker keeps what it could not deliver for this long while no receiver runs. */
const sessionExpirySeconds = 86_400

export interface ExternalBrokerOptions {
  url: string
  clientId: string
  subscriptions: number
  batcher: AppendBatcher
  metrics: ReceiverMetrics
  log: Log
  signal: AbortSignal
}

/**
 * Reads reports from an external broker through shared subscriptions, MQTT 5 with fallback to 3.1.1. The broker gets its PUBACK
 * after the queue's reply. MQTT.js confirms one message at a time per connection, so several connections share the work.
 */
export async function openExternalBroker(
  options: ExternalBrokerOptions,
): Promise<AsyncDisposable & { connected: () => number }> {
  const clients: MqttClient[] = []
  for (let slot = 0; slot < options.subscriptions; slot++) clients.push(await openSubscription(options, slot))
  return {
    connected: () => clients.filter((client) => client.connected).length,
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(clients.map((client) => client.endAsync()))
    },
  }
}

async function openSubscription(options: ExternalBrokerOptions, slot: number): Promise<MqttClient> {
  const { log, signal } = options
  for (let attempt = 0; ; attempt++) {
    try {
      return await subscribe(options, slot, attempt % 2 === 0 ? 5 : 4)
    } catch (error) {
      if (signal.aborted) throw error
      log.warn({ slot, attempt, error: describe(error) }, 'mqtt.broker-unreachable')
      await pause(attempt % 2 === 0 ? 0 : 1_000, signal)
    }
  }
}

async function subscribe(options: ExternalBrokerOptions, slot: number, protocolVersion: 4 | 5): Promise<MqttClient> {
  const { url, clientId, log } = options
  const properties = protocolVersion === 5 ? { properties: { sessionExpiryInterval: sessionExpirySeconds } } : {}
  const client = await connectAsync(url, {
    clientId: `${clientId}-${slot}`,
    protocolVersion,
    clean: false,
    connectTimeout: 5_000,
    reconnectPeriod: 1_000,
    resubscribe: true,
    ...properties,
  })
  client.on('error', (error) => log.warn({ slot, error: error.message }, 'mqtt.broker-error'))
  client.handleMessage = (packet, done) => receive(options, packet, done)
  await client.subscribeAsync(`$share/${shareGroup}/${allReportsFilter}`, { qos: 1 })
  log.info({ slot, protocolVersion }, 'mqtt.subscribed')
  return client
}

/** An unconfirmed message stays with the broker: the connection is dropped, and the broker sends it again. */
function receive(
  { batcher, metrics }: ExternalBrokerOptions,
  packet: IPublishPacket,
  done: (error?: Error) => void,
): void {
  const topic = parseUplinkTopic(packet.topic)
  if (!topic) {
    metrics.refused.inc({ reason: 'topic-not-allowed' })
    done()
    return
  }
  const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
  batcher.append({ serial: topic.serial, receivedAt: Date.now(), payload }, (error) => {
    done(error === undefined ? undefined : new CodedError('queue-unavailable', 'not confirmed', { cause: error }))
  })
}
