import type { RejectionReason, SetAside } from '@stellacontrol/protocol'
import type { Queries } from '../database.ts'
import { type Scope, scopeParameter } from '../scope.ts'
import type { HistoryEntry } from './write-history.ts'

export interface SetAsideEntry extends HistoryEntry {
  partition: number
  rejected: RejectionReason
  detail: string
}

/** PostgreSQL's text has no NUL, and a detail may quote what a device sent. */
const storable = (text: string) => text.replaceAll('\0', '\uFFFD').slice(0, 1000)

/** Keeps messages that can never become a row, with the bytes that came. Part of the writer's transaction. */
export async function insertSetAside(
  queries: Queries,
  queueGeneration: string,
  entries: readonly SetAsideEntry[],
): Promise<void> {
  if (entries.length === 0) return
  await queries.query(
    `insert into set_aside (queue_generation, partition, stream_id, serial, reason, detail, received_at, payload)
     select $1, partition, stream_id, serial, reason, detail, to_timestamp(received_at), payload
     from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::bytea[])
       as entry (partition, stream_id, serial, reason, detail, received_at, payload)`,
    [
      queueGeneration,
      entries.map((entry) => entry.partition),
      entries.map((entry) => entry.id),
      entries.map((entry) => storable(entry.serial)),
      entries.map((entry) => entry.rejected),
      entries.map((entry) => storable(entry.detail)),
      entries.map((entry) => entry.receivedAt / 1000),
      entries.map((entry) => Buffer.from(entry.payload)),
    ],
  )
}

interface SetAsideRow {
  id: number
  serial: string | null
  reason: RejectionReason
  detail: string
  received_at: number
  set_aside_at: number
  replayed_at: number | null
  payload: Buffer
}

const columns = 'id, serial, reason, detail, received_at, set_aside_at, replayed_at, payload'

/**
 * A message belongs to whom its device belonged to when it came. One of an unknown serial belongs to no organisation: only the
 * manufacturer's people (scope `system`) see it.
 */
const inScope = `($1::int[] is null or exists (
  select from device join device_ownership on device_id = device.id
  where device.serial = set_aside.serial and device.organisation_id = any($1)
    and device_ownership.organisation_id = any($1) and received_at >= since and received_at < until))`

/** Messages that were set aside, newest first. `cursor` is the id at which the page before ended. */
export async function listSetAside(
  queries: Queries,
  scope: Scope,
  { limit, cursor }: { limit: number; cursor?: number | undefined },
): Promise<{ items: SetAside[]; nextCursor: number | undefined }> {
  const rows = await queries.query<SetAsideRow>(
    `select ${columns} from set_aside
     where ${inScope} and ($2::bigint is null or id < $2)
     order by id desc limit $3`,
    [scopeParameter(scope), cursor ?? null, limit],
  )
  return { items: rows.map(toSetAside), nextCursor: rows.length === limit ? rows.at(-1)?.id : undefined }
}

export async function getSetAside(queries: Queries, scope: Scope, id: number): Promise<SetAside | undefined> {
  const rows = await queries.query<SetAsideRow>(`select ${columns} from set_aside where ${inScope} and id = $2`, [
    scopeParameter(scope),
    id,
  ])
  return rows.map(toSetAside)[0]
}

/**
 * Notes that the message went through the queue again. Call it before appending: then a message is replayed at most once by
 * two operators at the same time.
 *
 * @returns false if it was replayed before, or is not in scope
 */
export async function markReplayed(queries: Queries, scope: Scope, id: number): Promise<boolean> {
  const changed = await queries.execute(
    `update set_aside set replayed_at = now() where ${inScope} and id = $2 and replayed_at is null`,
    [scopeParameter(scope), id],
  )
  return changed > 0
}

function toSetAside(row: SetAsideRow): SetAside {
  return {
    id: row.id,
    serial: row.serial,
    reason: row.reason,
    detail: row.detail,
    receivedAt: new Date(row.received_at).toISOString(),
    setAsideAt: new Date(row.set_aside_at).toISOString(),
    bytes: row.payload.length,
    payloadBase64: row.payload.toString('base64'),
    replayedAt: row.replayed_at === null ? null : new Date(row.replayed_at).toISOString(),
  }
}

/** How many messages were set aside since a moment (epoch ms) and not put through again. For services that act for nobody. */
export async function countSetAsideSince(queries: Queries, since: number): Promise<number> {
  const rows = await queries.query<{ count: number }>(
    'select count(*)::int as count from set_aside where set_aside_at >= to_timestamp($1) and replayed_at is null',
    [since / 1000],
  )
  return rows[0]?.count ?? 0
}
