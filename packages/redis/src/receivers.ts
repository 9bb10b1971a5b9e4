import type { Redis } from './redis.ts'

const lastsMs = 10_000

/** Says that this receiver can take reports; to be repeated every few seconds. `lastsMs` 0 says that it stops. */
export async function announceReceiver({ state, keys, instance }: Redis, isLeaving = false): Promise<void> {
  await state.call('sc1_join', [keys.receivers], [instance, String(isLeaving ? 0 : lastsMs)])
}

/** How many receivers can take reports now. */
export async function countReceivers({ state, keys }: Redis, now = Date.now()): Promise<number> {
  return Number(await state.command(keys.receivers, ['ZCOUNT', keys.receivers, String(now), '+inf']))
}
