import { MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from './bus/messages.ts'
import type { Redis } from './redis.ts'

/**
 * Everybody's rights have one version, which grows with every change of a membership, an account or the tree of organisations.
 * Requests compare it with the version of what they know; open live connections are told. Both throw `redis-unavailable`.
 */
export async function rightsVersion({ state, keys }: Redis): Promise<string> {
  return String((await state.command(keys.rightsVersion, ['GET', keys.rightsVersion])) ?? '0')
}

/** Makes a change of rights hold at once, everywhere. Called after its transaction. */
export async function rightsChanged({ state, keys }: Redis): Promise<void> {
  await state.command(keys.rightsVersion, ['INCR', keys.rightsVersion])
  await publishMessage({ message: createMessage(MessageType.RightsChanged, { at: new Date().toISOString() }) })
}
