import { allReportsFilter, parseUplinkTopic } from '@stellacontrol/protocol'
import { CodedError, describe, type Log, pause } from '@stellacontrol/runtime'
import { connect, type IPublishPacket, type MqttClient } from 'mqtt'
import type { AppendBatcher } from './append-batcher.ts'
import type { ReceiverMetrics } from './receiver-metrics.ts'

/** All receivers share the messages of one group: `$share/message-receiver/sc/v1/+/up/report`. */
const sharedFilter = `$share/message-receiver/${allReportsFilter}`
/** The broker keeps what it could not deliver for this long while no receiver runs. */
const sessionExpirySeconds = 86_400
const retryPauseMs = 1_000

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
  let renewals: Promise<void> = Promise.resolve()
  for (let slot = 0; slot < options.subscriptions; slot++) {
    const client = await openSubscription(options, slot)
    client.on('connect', () => {
      renewals = renewals.then(() => renewSubscription(client, slot, options.log))
    })
    clients.push(client)
  }
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
    const client = makeClient(options, slot, attempt % 2 === 0 ? 5 : 4)
    try {
      await connected(client, signal)
      await client.subscribeAsync(sharedFilter, { qos: 1 })
      log.info({ slot, protocolVersion: client.options.protocolVersion }, 'mqtt.subscribed')
      return client
    } catch (error) {
      client.end(true)
      if (signal.aborted) throw error
      log.warn({ slot, attempt, error: describe(error) }, 'mqtt.broker-unreachable')
      await pause(attempt % 2 === 0 ? 0 : retryPauseMs, signal)
    }
  }
}

/**
 * After a reconnection. Mosquitto 2.0.11 loses shared subscriptions when it restarts, says nevertheless that the session is there,
 * and takes a repeated SUBSCRIBE for nothing new; only a subscription that was ended can be made again. One connection after the
 * other does this, so that on any other broker the rest of them stay subscribed meanwhile.
 */
async function renewSubscription(client: MqttClient, slot: number, log: Log): Promise<void> {
  try {
    await client.unsubscribeAsync(sharedFilter)
    await client.subscribeAsync(sharedFilter, { qos: 1 })
    log.info({ slot }, 'mqtt.subscribed-again')
  } catch (error) {
    // The connection was lost again; the next one comes here again.
    log.warn({ slot, error: describe(error) }, 'mqtt.subscription-not-renewed')
  }
}

/** Messages are taken from the first byte on: a broker sends what it kept for us in one go with its CONNACK. */
function makeClient(options: ExternalBrokerOptions, slot: number, protocolVersion: 4 | 5): MqttClient {
  const { url, clientId, log } = options
  const properties = protocolVersion === 5 ? { properties: { sessionExpiryInterval: sessionExpirySeconds } } : {}
  const client = connect(url, {
    clientId: `${clientId}-${slot}`,
    protocolVersion,
    clean: false,
    connectTimeout: 5_000,
    reconnectPeriod: retryPauseMs,
    resubscribe: false,
    ...properties,
  })
  client.handleMessage = (packet, done) => receive(options, client, packet, done)
  client.on('error', (error) => log.warn({ slot, error: error.message }, 'mqtt.broker-error'))
  return client
}

/** Resolves at CONNACK; rejects when the first attempt fails, so that the other version can be tried. */
function connected(client: MqttClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error?: Error) => reject(error ?? new CodedError('broker-unreachable', 'no connection to the broker'))
    client.once('connect', () => resolve())
    client.once('error', fail)
    client.once('close', () => fail())
    signal.addEventListener('abort', () => fail(), { once: true })
  })
}

/**
 * What the queue did not take is not confirmed: the connection is dropped, and the broker sends it again on the next one, in
 * order. MQTT.js would go on with the next message and leave this one until some later reconnection.
 */
function receive(
  { batcher, metrics }: ExternalBrokerOptions,
  client: MqttClient,
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
  const { stream } = client
  batcher.append({ serial: topic.serial, receivedAt: Date.now(), payload }, (error) => {
    if (error === undefined) done()
    else stream.destroy()
  })
}
