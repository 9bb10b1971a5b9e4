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

const publishAttempts = 6

/** Makes a message of the catalogue. */
export function createMessage<Type extends MessageType>(type: Type, payload: MessagePayloads[Type]): Message<Type> {
  return { type, payload }
}

/**
 * Appends a message to its durable topic and publishes it live, in one step. Repeats while Redis is away, for a few seconds;
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
  await state.ready()
  for (let attempt = 1; ; attempt++) {
    try {
      if (type === MessageType.DeviceStatus) {
        await acceptStatuses(state, keys, partition, [statusUpdateOf(payload as DeviceStatus)])
      } else {
        const values = [keys.channel(topic, serial), serial, JSON.stringify(payload)]
        await state.call('sc1_announce', [keys.stream(topic, partition)], values)
      }
      return
    } catch (error) {
      if (!isRedisUnavailable(error) || attempt === publishAttempts) throw error
      await pause(backOffMs(attempt))
    }
  }
}
