import type { Queries } from '../database.ts'
import type { HistoryMemory } from './history-memory.ts'
import type { HistoryRow } from './history-row.ts'

export const hourMs = 3_600_000

/**
 * A writer trusts its memory of "this hour is marked" until this long after the hour's end; a roll-up takes the hour only
 * after {@link rollUpGraceMs}. In between every transaction that trusted the memory has ended (15 s a statement), even with
 * clocks half a minute apart; later rows mark the hour again.
 */
const memoryGraceMs = 60_000
export const rollUpGraceMs = 180_000

export function hourOf(at: number): number {
  return Math.floor(at / hourMs) * hourMs
}

/** Open hours are remembered per device; of hours that are over, nothing is trusted. */
export function forgetClosedHours(memory: HistoryMemory, now: number): void {
  for (const hour of memory.markedHours.keys()) if (!isOpen(hour, now)) memory.markedHours.delete(hour)
}

function isOpen(hour: number, now: number): boolean {
  return now < hour + hourMs + memoryGraceMs
}

/**
 * Marks the hours of these rows as due for their roll-up, in the transaction that stores the rows. The conflict clause is an
 * update on purpose: it waits for a roll-up that is just removing the mark, and then marks again; DO NOTHING would see the
 * old mark and leave the new rows out for ever.
 */
export async function markDueHours(
  queries: Queries,
  memory: HistoryMemory,
  rows: readonly HistoryRow[],
  now: number,
): Promise<{ remember: () => void }> {
  const fresh = new Map<number, Set<number>>()
  for (const { deviceId, at } of rows) {
    const hour = hourOf(at)
    if (memory.markedHours.get(hour)?.has(deviceId)) continue
    const devices = fresh.get(hour)
    if (devices === undefined) fresh.set(hour, new Set([deviceId]))
    else devices.add(deviceId)
  }
  await upsertMarks(queries, fresh)
  return { remember: () => rememberMarks(memory, fresh, now) }
}

async function upsertMarks(queries: Queries, marks: ReadonlyMap<number, ReadonlySet<number>>): Promise<void> {
  const deviceIds: number[] = []
  const hours: number[] = []
  for (const [hour, devices] of marks) {
    for (const deviceId of devices) {
      deviceIds.push(deviceId)
      hours.push(hour / 1000)
    }
  }
  if (deviceIds.length === 0) return
  await queries.query(
    `insert into rollup_due (device_id, hour)
     select device_id, to_timestamp(hour) from unnest($1::int[], $2::float8[]) as mark (device_id, hour)
     order by device_id, hour
     on conflict (device_id, hour) do update set hour = excluded.hour`,
    [deviceIds, hours],
  )
}

function rememberMarks(memory: HistoryMemory, marks: ReadonlyMap<number, ReadonlySet<number>>, now: number): void {
  for (const [hour, devices] of marks) {
    if (!isOpen(hour, now)) continue
    const known = memory.markedHours.get(hour) ?? new Set()
    for (const deviceId of devices) known.add(deviceId)
    memory.markedHours.set(hour, known)
  }
}
