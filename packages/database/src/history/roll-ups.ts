import { type Database, type Queries, withTransaction } from '../database.ts'
import { codeOf } from '../database-errors.ts'
import { absent, bandMetrics, bandNumberSql, type StoredMetric, slotsPerBand, systemMetrics } from './history-layout.ts'
import { hourMs, rollUpGraceMs } from './roll-up-marks.ts'
import { ensureTimePartitions, timePartition } from './time-partitions.ts'

/** A device and an hour (epoch ms of its beginning). */
interface DeviceHour {
  deviceId: number
  hour: number
}

const defaultLimit = 2000
const statementTimeoutMs = 30_000
const statementTimedOut = '57014'

/** SQL: rows of both report tables in the hours of the arrays $1 (device ids) and $2 (beginnings, epoch seconds). */
const reportsOfHours = `
  (select device_id, to_timestamp(hour) as hour from unnest($1::int[], $2::float8[]) as due (device_id, hour)) as due
  cross join lateral (
    select * from report
    where report.device_id = due.device_id and at >= due.hour and at < due.hour + interval '1 hour'
    union all
    select * from report_live
    where report_live.device_id = due.device_id and at >= due.hour and at < due.hour + interval '1 hour'
  ) as r`

/** SQL that makes the roll-ups of a device's own metrics from reports: hour, device_id, samples, then min, avg, max of each. */
export function systemRollUpSql(metrics: readonly StoredMetric[]): string {
  return `
    select due.hour, due.device_id, count(*)::int as samples, ${aggregates(metrics)}
    from ${reportsOfHours}
    group by due.hour, due.device_id`
}

/** The same for bands: hour, device_id, samples, band, then min, avg, max of each metric. */
export function bandRollUpSql(metrics: readonly StoredMetric[]): string {
  return `
    select due.hour, due.device_id, count(*)::int as samples, ${bandNumberSql('o')}::smallint as band,
      ${aggregates(metrics)}
    from ${reportsOfHours}
    cross join lateral generate_series(0, cardinality(r.bands) - 1, ${slotsPerBand}) as slot (o)
    group by due.hour, due.device_id, ${bandNumberSql('o')}`
}

function aggregates(metrics: readonly StoredMetric[]): string {
  const stored = (sql: string, name: string) => `coalesce(${sql}, ${absent})::smallint as ${name}`
  return metrics
    .flatMap((metric) => [
      stored(`min(${metric.minimumSql('o')})`, `${metric.rollupColumn}_min`),
      stored(`round(avg(${metric.averageSql('o')}))`, `${metric.rollupColumn}_avg`),
      stored(`max(${metric.maximumSql('o')})`, `${metric.rollupColumn}_max`),
    ])
    .join(', ')
}

const system = Object.values(systemMetrics)
const band = Object.values(bandMetrics)
const columnsOf = (metrics: readonly StoredMetric[]) =>
  metrics.flatMap(({ rollupColumn }) => ['min', 'avg', 'max'].map((kind) => `${rollupColumn}_${kind}`))

/**
 * A recomputation from fewer reports than before replaces nothing: live reports are kept for days only, and a late message
 * must not wipe out what they told.
 */
function upsertSql(
  table: 'device_hour' | 'band_hour',
  key: readonly string[],
  columns: string[],
  select: string,
): string {
  const names = ['samples', ...columns]
  const order = ['hour', 'device_id', 'samples', ...(table === 'band_hour' ? ['band'] : []), ...columns]
  return `
    insert into ${table} (${order.join(', ')}) ${select}
    on conflict (${key.join(', ')}) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
    where ${table}.samples <= excluded.samples`
}

const upsertSystem = upsertSql('device_hour', ['device_id', 'hour'], columnsOf(system), systemRollUpSql(system))
const upsertBands = upsertSql('band_hour', ['device_id', 'hour', 'band'], columnsOf(band), bandRollUpSql(band))

/**
 * Makes the hourly roll-ups of up to `limit` due hours that are over, oldest first, from their reports. Repeating it gives the
 * same roll-ups; reports that arrive later mark their hour again. Any number of processes may call it at the same time: each
 * takes other hours. `now` in epoch ms.
 *
 * @returns how many hours of devices were rolled up; call it again until that is 0
 */
export async function rollUpDueHours(
  database: Database,
  { now, limit = defaultLimit }: { now: number; limit?: number },
): Promise<number> {
  for (let hours = limit; ; ) {
    let due: DeviceHour[] = []
    try {
      await withTransaction(
        database,
        async (transaction) => {
          due = await takeDueHours(transaction, now - hourMs - rollUpGraceMs, hours)
          await rollUp(transaction, due)
        },
        { statementTimeoutMs },
      )
      return due.length
    } catch (error) {
      if (codeOf(error) === statementTimedOut && hours > 1) {
        // Hours full of live reports: fewer of them at a time.
        hours = Math.ceil(hours / 8)
      } else if (codeOf(error) !== '23514' || (await ensurePartitionsOf(database, due)) === 0) {
        throw error
      }
    }
  }
}

/** Removes marks; the removal holds back writers that mark the same hours until the roll-up is committed. */
async function takeDueHours(queries: Queries, lastHour: number, limit: number): Promise<DeviceHour[]> {
  const rows = await queries.query<{ device_id: number; hour: number }>(
    `delete from rollup_due using (
       select device_id, hour from rollup_due where hour <= to_timestamp($1)
       order by hour, device_id limit $2 for update skip locked
     ) as taken
     where rollup_due.device_id = taken.device_id and rollup_due.hour = taken.hour
     returning rollup_due.device_id, rollup_due.hour`,
    [lastHour / 1000, limit],
  )
  return rows.map((row) => ({ deviceId: row.device_id, hour: row.hour }))
}

async function rollUp(queries: Queries, due: readonly DeviceHour[]): Promise<void> {
  if (due.length === 0) return
  const parameters = [due.map(({ deviceId }) => deviceId), due.map(({ hour }) => hour / 1000)]
  await queries.query(upsertSystem, parameters)
  await queries.query(upsertBands, parameters)
}

function ensurePartitionsOf(database: Database, due: readonly DeviceHour[]): Promise<number> {
  const wanted = due.flatMap(({ hour }) => [timePartition('device_hour', hour), timePartition('band_hour', hour)])
  return ensureTimePartitions(database, [...new Map(wanted.map((partition) => [partition.name, partition])).values()])
}
