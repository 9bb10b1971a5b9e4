import { type MessagePayloads, type MessageType, messageTopics } from '@stellacontrol/protocol'
import { describe, messageOf } from '@stellacontrol/runtime'
import { type LogSpecification, topicLog } from '../log/catalogue.ts'
import type { LogEntry } from '../log/entry.ts'
import { readPartitions } from '../log/read-partitions.ts'
import { registerReader } from '../log/register-reader.ts'
import { ambientRedis, type Redis } from '../redis.ts'
import { isRedisUnavailable } from '../redis-errors.ts'
import { TopicHandler } from './topic-handler.ts'

/** The newest so many set-aside messages of a reader are kept per partition. */
const maximumSetAside = 1_000
/** What a crash makes a reader see twice at most, per partition. */
const entriesPerPartition = 100

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

/**
 * Subscribes to a type of message. Resolves when messages flow; dispose the result (or abort the signal) to stop. A durable
 * handler that throws is called again with the same message; what failed ten times while nobody was away, or threw
 * `RejectedMessage`, is set aside in `sc:<topic>:{nn}:set-aside:<reader>`.
 * @throws `redis-unavailable`
 */
export async function subscribeMessage<Type extends MessageType>(
  options: SubscribeOptions<Type>,
): Promise<AsyncDisposable> {
  const redis = ambientRedis()
  const wanted = onlyOfType(options)
  const subscription = redis.own(
    options.reader ? await subscribeDurably(redis, wanted, readerOf(options)) : await subscribeLive(redis, wanted),
  )
  const stop = () => void subscription[Symbol.asyncDispose]()
  if (options.signal?.aborted) stop()
  options.signal?.addEventListener('abort', stop, { once: true })
  return subscription
}

/** Where a topic carries several types of message, the handler is given those of its own. */
function onlyOfType<Type extends MessageType>(options: SubscribeOptions<Type>): SubscribeOptions<Type> {
  const { isOfType } = messageTopics[options.type]
  if (isOfType === undefined) return options
  return { ...options, handler: (payload) => (isOfType(payload) ? options.handler(payload) : undefined) }
}

/** A service that subscribes to several types of one topic reads it once for each: every such reader has a cursor of its own. */
function readerOf({ type, reader }: { type: MessageType; reader?: string }): string {
  return messageTopics[type].isOfType === undefined ? (reader as string) : `${reader}.${type}`
}

async function subscribeLive<Type extends MessageType>(
  redis: Redis,
  { type, handler, serialNumber }: SubscribeOptions<Type>,
): Promise<AsyncDisposable> {
  const channel = redis.keys.channel(messageTopics[type].topic, serialNumber ?? '*')
  const unsubscribe = await redis.subscriber.subscribe(channel, async (message) => {
    try {
      await handler(JSON.parse(message))
    } catch (error) {
      redis.log?.error({ channel, error: describe(error) }, 'bus.handler-failed')
    }
  })
  const subscription = {
    async [Symbol.asyncDispose]() {
      redis.disown(subscription)
      await unsubscribe()
    },
  }
  return subscription
}

async function subscribeDurably<Type extends MessageType>(
  redis: Redis,
  { type, handler }: SubscribeOptions<Type>,
  reader: string,
): Promise<AsyncDisposable> {
  const { state, keys, log: logger } = redis
  const log = topicLog(messageTopics[type].topic)
  await state.ready()
  await registerReader(state, keys, log, reader)
  const stopping = new AbortController()
  const readConnection = redis.openReader('state', `${log.name}:${reader}`)
  const putAside = (entry: LogEntry, partition: number, error: unknown) =>
    setAside(redis, { reader, log, partition, entry, error })
  const topic = { topic: log.name, handler, setAside: putAside, signal: stopping.signal, log: logger }
  const topicHandler = new TopicHandler<MessagePayloads[Type]>(topic)
  const reading = {
    log,
    reader,
    instance: redis.partName(),
    keys,
    connection: state,
    readConnection,
    maximumEntriesPerPartition: entriesPerPartition,
    setAside: putAside,
    isUnavailable: isRedisUnavailable,
    logger,
    signal: stopping.signal,
  }
  const finished = readPartitions(reading, (batches, isHeld) => topicHandler.handle(batches, isHeld))
  const subscription = {
    async [Symbol.asyncDispose]() {
      redis.disown(subscription)
      stopping.abort()
      await finished
      redis.disown(readConnection)
      await readConnection[Symbol.asyncDispose]()
    },
  }
  return subscription
}

async function setAside(
  { state, keys, log: logger }: Redis,
  what: { reader: string; log: LogSpecification; partition: number; entry: LogEntry; error: unknown },
): Promise<void> {
  const { reader, log, partition, entry, error } = what
  const key = keys.setAside(log.name, partition, reader)
  const fields = ['s', entry.serial, 'm', entry.fields.get('m') ?? '', 'id', entry.id, 'error', messageOf(error)]
  await state.command(key, ['XADD', key, 'MAXLEN', '~', String(maximumSetAside), '*', ...fields])
  const described = { reader, topic: log.name, serial: entry.serial, id: entry.id, error: describe(error) }
  logger?.error(described, 'bus.message-set-aside')
}
