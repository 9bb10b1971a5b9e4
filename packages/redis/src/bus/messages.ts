import {
  type DeviceStatus,
  type Message,
  type MessagePayloads,
  MessageType,
  messageTopics,
} from '@stellacontrol/protocol'
import { backOffMs, pause } from '@stellacontrol/runtime'
import { ambientRedis } from '../redis.ts'
import { isRedisUnavailable } from '../redis-errors.ts'
import { acceptStatuses, statusUpdateOf } from './statuses.ts'

/** How long a message waits for a Redis that is away. */
const publishPatienceMs = 8_000

/** Makes a message of the catalogue. */
export function createMessage<Type extends MessageType>(type: Type, payload: MessagePayloads[Type]): Message<Type> {
  return { type, payload }
}

/**
 * Appends a message to its durable topic and publishes it live, in one step. Repeats while Redis is away, for eight seconds;
 * a message whose reply was lost can therefore appear twice, as readers must expect of any at-least-once bus.
 * A `DeviceStatus` that is not newer than the stored one changes nothing.
 * @throws `redis-unavailable` when Redis stays away
 */
export async function publishMessage<Type extends MessageType>(options: { message: Message<Type> }): Promise<void> {
  const { type, payload } = options.message
  const { state, keys } = ambientRedis()
  const { topic, serialOf } = messageTopics[type]
  const serial = serialOf(payload)
  const partition = keys.partitionOf(serial)
  const giveUpAt = performance.now() + publishPatienceMs
  for (let attempt = 0; ; attempt++) {
    try {
      await state.ready(giveUpAt - performance.now())
      if (type === MessageType.DeviceStatus) {
        await acceptStatuses(state, keys, partition, [statusUpdateOf(payload as DeviceStatus)])
      } else {
        const values = [keys.channel(topic, serial), serial, JSON.stringify(payload)]
        await state.call('sc1_announce', [keys.stream(topic, partition)], values)
      }
      return
    } catch (error) {
      if (!isRedisUnavailable(error) || performance.now() > giveUpAt) throw error
      await pause(backOffMs(attempt))
    }
  }
}
