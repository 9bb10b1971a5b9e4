import { randomUUID } from 'node:crypto'
import type { Redis } from './redis.ts'

/** Renewed while a bundle is being sent: after a crash another instance sends it so much later. */
export const bundleLeaseMs = 20_000

/** A person has two bundles: what is to go at once, and what waits for the next digest. */
export const bundleLanes = ['now', 'later'] as const
export type BundleLane = (typeof bundleLanes)[number]

export function bundleNameOf(userId: number, lane: BundleLane): string {
  return lane === 'now' ? String(userId) : `${userId}:later`
}

export function bundleOwnerOf(name: string): { userId: number; lane: BundleLane } {
  const [userId, lane] = name.split(':')
  return { userId: Number(userId), lane: lane === 'later' ? 'later' : 'now' }
}

/** What happens to the item of an incident in a person's bundles: `settle` updates it where it still waits, or else adds it. */
export interface Telling {
  do: 'add' | 'update' | 'settle'
  userId: number
  lane: BundleLane
  /** JSON. */
  item: string
  /** What counts together once the bundle is full. */
  kind: string
  group: string
  /** Epoch ms. */
  dueAt: number
  /** `settle`: when the person was told that it began (epoch ms), which tells whether that is counted in a full bundle. */
  toldAt?: number | undefined
}

export interface AppliedIncident {
  incidentId: string
  /** What was remembered of it when this was decided; undefined = nothing. */
  before: string | undefined
  after: string
  lifeMs: number
  /** When time alone changes something; undefined = never. */
  lookAt: number | undefined
  now: number
  tellings: readonly Telling[]
}

/** What is remembered of an incident. @throws `redis-unavailable`, as everything here does */
export async function readTold({ state, keys }: Redis, incidentId: string): Promise<string | undefined> {
  const key = keys.alertTold(incidentId)
  return ((await state.command(key, ['GET', key])) as string | null) ?? undefined
}

/** Remembers and tells in one step. False if somebody else changed what is remembered: decide again. */
export async function applyIncident({ state, keys }: Redis, applied: AppliedIncident): Promise<boolean> {
  const { incidentId, before = '', after, lifeMs, lookAt, now, tellings } = applied
  const places = tellings.flatMap(({ userId }) => {
    const names = bundleLanes.map((lane) => bundleNameOf(userId, lane))
    return names.flatMap((name) => [keys.alertBundle(name), keys.alertBundleSending(name)])
  })
  const values = tellings.flatMap((telling) => [
    ...[telling.do, String(bundleLanes.indexOf(telling.lane) + 1), bundleNameOf(telling.userId, telling.lane)],
    ...[telling.item, telling.kind, telling.group, whole(telling.dueAt), whole(telling.toldAt ?? 0)],
  ])
  const reply = await state.call(
    'sc1_notify_apply',
    [keys.alertsDue, keys.alertTold(incidentId), keys.alertLooks, ...places],
    [
      ...[incidentId, before, after, String(lifeMs), lookAt === undefined ? '' : whole(lookAt), whole(now)],
      ...[String(tellings.length), ...values],
    ],
  )
  return reply === 1
}

/** Puts a notice into a person's bundle; another one of the same name replaces it. */
export async function addNotice(
  { state, keys }: Redis,
  notice: { userId: number; name: string; item: string; dueAt: number; now: number },
): Promise<void> {
  const name = bundleNameOf(notice.userId, 'now')
  const values = [name, notice.name, notice.item, whole(notice.dueAt), whole(notice.now)]
  await state.call('sc1_notify_add', [keys.alertsDue, keys.alertBundle(name)], values)
}

/** The names of the bundles that are due, the longest due first. */
export async function dueBundles({ state, keys }: Redis, now: number, limit: number): Promise<string[]> {
  return due(state, keys.alertsDue, now, limit)
}

/** The incidents that are to be looked at. */
export async function dueLooks({ state, keys }: Redis, now: number, limit: number): Promise<string[]> {
  return due(state, keys.alertLooks, now, limit)
}

async function due(state: Redis['state'], key: string, now: number, limit: number): Promise<string[]> {
  const range = ['ZRANGE', key, '-inf', whole(now), 'BYSCORE', 'LIMIT', '0', String(limit)]
  return (await state.command(key, range)) as string[]
}

/** Forgets a look at an incident of which nothing is remembered any more. */
export async function forgetLook({ state, keys }: Redis, incidentId: string): Promise<void> {
  await state.command(keys.alertLooks, ['ZREM', keys.alertLooks, incidentId])
}

export type BundleFields = Map<string, string>

/** What a bundle that grows holds; whether it is being sent. */
export async function readBundle(
  { state, keys }: Redis,
  name: string,
): Promise<{ fields: BundleFields; isSending: boolean }> {
  const [pending, sending] = [keys.alertBundle(name), keys.alertBundleSending(name)]
  const [reply, exists] = await Promise.all([
    state.command(pending, ['HGETALL', pending]),
    state.command(sending, ['EXISTS', sending]),
  ])
  return { fields: fieldsOf(reply), isSending: exists === 1 }
}

/** Borrows a bundle; undefined if there is none, or another instance holds it. Settle it within the lease. */
export async function takeBundle(
  { state, keys }: Redis,
  name: string,
  leaseMs = bundleLeaseMs,
): Promise<BundleFields | undefined> {
  const reply = await state.call('sc1_notify_take', bundleKeys(keys, name), [name, String(leaseMs), randomUUID()])
  const fields = fieldsOf(reply)
  return fields.size === 0 ? undefined : fields
}

export type Settlement =
  /** A channel has taken it: counted, and not sent by it again. `record` is kept with it: JSON for whoever goes on after a crash. */
  | { what: 'handed'; channel: string; day: string; amount: number; record: string }
  /** Every channel has: it goes. */
  | { what: 'done' }
  | { what: 'retry'; at: number }
  /** It takes longer. */
  | { what: 'renew'; leaseMs: number }

/** Says what became of a borrowed bundle. False if it is not the one any more that was borrowed. */
export async function settleBundle(
  { state, keys }: Redis,
  name: string,
  id: string,
  settlement: Settlement,
): Promise<boolean> {
  const { userId } = bundleOwnerOf(name)
  const values =
    settlement.what === 'handed'
      ? [settlement.channel, settlement.day, String(settlement.amount), settlement.record]
      : settlement.what === 'retry'
        ? [whole(settlement.at)]
        : settlement.what === 'renew'
          ? [String(settlement.leaseMs)]
          : []
  const all = [...bundleKeys(keys, name), keys.alertsSent(userId)]
  return (await state.call('sc1_notify_settle', all, [name, id, settlement.what, ...values])) === 1
}

/** Lets a bundle wait until another moment, unless it became due earlier meanwhile. */
export async function postponeBundle({ state, keys }: Redis, name: string, at: number, wasDue: string): Promise<void> {
  await state.call('sc1_notify_postpone', bundleKeys(keys, name), [name, whole(at), wasDue])
}

/** How much was sent, by day and channel. */
export async function readSent({ state, keys }: Redis, name: number | string): Promise<BundleFields> {
  const key = keys.alertsSent(name)
  return fieldsOf(await state.command(key, ['HGETALL', key]))
}

/** Counts against a limit of all together; a negative amount is given back. False if it does not fit. */
export async function spend(
  { state, keys }: Redis,
  name: string,
  { day, amount, limit }: { day: string; amount: number; limit: number },
): Promise<boolean> {
  const values = [day, String(amount), String(limit)]
  return (await state.call('sc1_notify_spend', [keys.alertsSent(name)], values)) === 1
}

const directoryLifeMs = 7 * 86_400_000

export async function keepDirectory({ state, keys }: Redis, json: string): Promise<void> {
  const key = keys.alertDirectory
  await state.command(key, ['SET', key, json, 'PX', String(directoryLifeMs)])
}

export async function recallDirectory({ state, keys }: Redis): Promise<string | undefined> {
  const key = keys.alertDirectory
  return ((await state.command(key, ['GET', key])) as string | null) ?? undefined
}

function bundleKeys(keys: Redis['keys'], name: string): string[] {
  return [keys.alertsDue, keys.alertBundle(name), keys.alertBundleSending(name)]
}

/** A Function answers a list of names and values, a command an object. */
function fieldsOf(reply: unknown): BundleFields {
  if (!Array.isArray(reply)) return new Map(Object.entries(reply as Record<string, string>))
  const fields: BundleFields = new Map()
  for (let index = 0; index + 1 < reply.length; index += 2) fields.set(reply[index], reply[index + 1])
  return fields
}

function whole(moment: number): string {
  return String(Math.round(moment))
}
