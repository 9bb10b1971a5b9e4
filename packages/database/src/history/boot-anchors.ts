import type { Queries } from '../database.ts'
import { bootedAt, needsBootAnchor } from './history-row.ts'
import type { HistoryEntry } from './write-history.ts'

/** When boots began whose reports carry no time of their own. */
export interface BootAnchors {
  of(deviceId: number, bootId: number): number | undefined
}

const key = (deviceId: number, bootId: number) => `${deviceId}:${bootId}`

/**
 * Finds the beginnings of the boots that these entries need, and stores what their first entries tell of those that are new.
 * The first sight decides for ever: a report that comes twice gets the same moment twice.
 */
export async function findBootAnchors(
  queries: Queries,
  deviceIds: ReadonlyMap<string, number>,
  entries: readonly HistoryEntry[],
): Promise<BootAnchors> {
  const firstSights = new Map<string, { deviceId: number; bootId: number; at: number }>()
  for (const { serial, receivedAt, decoded } of entries) {
    if ('rejected' in decoded || !needsBootAnchor(decoded.report)) continue
    const deviceId = deviceIds.get(serial)
    if (deviceId === undefined) continue
    const { bootId } = decoded.report
    const name = key(deviceId, bootId)
    if (!firstSights.has(name)) firstSights.set(name, { deviceId, bootId, at: bootedAt(decoded.report, receivedAt) })
  }
  const anchors = await storeAnchors(queries, [...firstSights.values()])
  return { of: (deviceId, bootId) => anchors.get(key(deviceId, bootId)) }
}

async function storeAnchors(
  queries: Queries,
  sights: readonly { deviceId: number; bootId: number; at: number }[],
): Promise<Map<string, number>> {
  if (sights.length === 0) return new Map()
  const deviceIds = sights.map((sight) => sight.deviceId)
  const bootIds = sights.map((sight) => sight.bootId | 0)
  const moments = sights.map((sight) => sight.at / 1000)
  await queries.query(
    `insert into boot_anchor (device_id, boot_id, booted_at)
     select device_id, boot_id, to_timestamp(booted_at)
     from unnest($1::int[], $2::int[], $3::float8[]) as sight (device_id, boot_id, booted_at)
     order by device_id, boot_id
     on conflict do nothing`,
    [deviceIds, bootIds, moments],
  )
  const rows = await queries.query<{ device_id: number; boot_id: number; booted_at: number }>(
    `select device_id, boot_id, booted_at from boot_anchor
     where (device_id, boot_id) in (select * from unnest($1::int[], $2::int[]))`,
    [deviceIds, bootIds],
  )
  return new Map(rows.map((row) => [key(row.device_id, row.boot_id >>> 0), row.booted_at]))
}
