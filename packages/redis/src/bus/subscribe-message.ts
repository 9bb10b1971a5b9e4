import { type MessagePayloads, type MessageType, messageTopics } from '@stellacontrol/protocol'
import { backOffMs, describe, messageOf, pause } from '@stellacontrol/runtime'
import { isRedisUnavailable } from '../connection.ts'
import { topicLog } from '../log/catalogue.ts'
import type { LogEntry, PartitionBatch } from '../log/entry.ts'
import { readLog } from '../log/read-log.ts'
import { ambientRedis, type Redis } from '../redis.ts'

/** An entry whose handler failed this often in a row, while Redis answered, is set aside for people to look at. */
const maximumAttempts = 8
/** The newest so many set-aside messages of a reader are kept. */
const maximumSetAside = 1_000

/** Thrown by a handler: this message can never be handled; put it aside at once and go on. */
export class RejectedMessage extends Error {
  override readonly name = 'RejectedMessage'
}

export interface SubscribeOptions<Type extends MessageType> {
  type: Type
  /** Called with one message after the other, in order per device. Must be safe to repeat. */
  handler: (payload: MessagePayloads[Type]) => void | Promise<void>
  /**
   * With a reader name the subscription is durable: shared by all instances of that name, each message handled at least once,
   * also what came while nobody ran. Without one it is live: what is published from now on, to this process.
   */
  reader?: string
  /** Live only: one device instead of all. */
  serialNumber?: string
  signal?: AbortSignal
}

/** Subscribes to a type of message. Resolves when messages flow; dispose the result (or abort the signal) to stop. */
export async function subscribeMessage<Type extends MessageType>(
  options: SubscribeOptions<Type>,
): Promise<AsyncDisposable> {
  const redis = ambientRedis()
  const subscription = options.reader
    ? await subscribeDurably(redis, options, options.reader)
    : await subscribeLive(redis, options)
  options.signal?.addEventListener('abort', () => void subscription[Symbol.asyncDispose](), { once: true })
  return subscription
}

async function subscribeLive<Type extends MessageType>(
  redis: Redis,
  { type, handler, serialNumber }: SubscribeOptions<Type>,
): Promise<AsyncDisposable> {
  const channel = redis.keys.channel(messageTopics[type].topic, serialNumber ?? '*')
  const unsubscribe = await redis.subscriber.subscribe(channel, (message) => {
    Promise.resolve(handler(JSON.parse(message))).catch((error) =>
      redis.log?.error({ channel, error: describe(error) }, 'bus.handler-failed'),
    )
  })
  return { [Symbol.asyncDispose]: unsubscribe }
}

async function subscribeDurably<Type extends MessageType>(
  redis: Redis,
  { type, handler }: SubscribeOptions<Type>,
  reader: string,
): Promise<AsyncDisposable> {
  const { state, keys, instance, log: logger } = redis
  const log = topicLog(messageTopics[type].topic)
  const stopping = new AbortController()
  const readConnection = redis.openReader('state', `${log.name}:${reader}`)
  await Promise.all([state.ready(), readConnection.ready()])
  const finished = readLog({
    log,
    reader,
    instance,
    keys,
    connection: state,
    readConnection,
    handle: (batches) => handleBatches(batches, handler, stopping.signal),
    setAside: (entry, partition, error) => setAside(redis, reader, log.name, partition, entry, error),
    isUnavailable: (error) => isRedisUnavailable(error) || stopping.signal.aborted,
    logger,
    signal: stopping.signal,
  })
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await finished
      await readConnection[Symbol.asyncDispose]()
    },
  }
}

/** Partitions side by side, each in order. */
async function handleBatches<Payload>(
  batches: PartitionBatch[],
  handler: (payload: Payload) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const results = await Promise.allSettled(
    batches.map(async ({ entries }) => {
      for (const entry of entries) {
        const handled = handler(parseMessage(entry))
        if (handled) await handled
      }
    }),
  )
  const failure = results.find((result) => result.status === 'rejected')
  if (!failure) return
  const isAlone = batches.length === 1 && batches[0]?.entries.length === 1
  if (isAlone && !(failure.reason instanceof RejectedMessage)) {
    await insist(batches[0]?.entries[0] as LogEntry, handler, failure.reason, signal)
  } else {
    throw failure.reason
  }
}

/** A single message that failed is tried again for a while: most failures are not the message's. */
async function insist<Payload>(
  entry: LogEntry,
  handler: (payload: Payload) => void | Promise<void>,
  firstError: unknown,
  signal: AbortSignal,
): Promise<void> {
  let lastError = firstError
  for (let attempt = 1; attempt < maximumAttempts && !signal.aborted; attempt++) {
    await pause(backOffMs(attempt), signal)
    try {
      return await handler(parseMessage(entry))
    } catch (error) {
      lastError = error
      if (error instanceof RejectedMessage) break
    }
  }
  throw lastError
}

function parseMessage<Payload>(entry: LogEntry): Payload {
  return JSON.parse(entry.fields.get('m')?.toString() ?? 'null')
}

async function setAside(
  { state, keys, log }: Redis,
  reader: string,
  topic: string,
  partition: number,
  entry: LogEntry,
  error: unknown,
): Promise<void> {
  const key = keys.setAside(topic, partition, reader)
  const fields = ['s', entry.serial, 'm', entry.fields.get('m') ?? '', 'id', entry.id, 'error', messageOf(error)]
  await state.command(key, ['XADD', key, 'MAXLEN', '~', String(maximumSetAside), '*', ...fields])
  log?.error({ reader, topic, serial: entry.serial, id: entry.id, error: describe(error) }, 'bus.message-set-aside')
}
