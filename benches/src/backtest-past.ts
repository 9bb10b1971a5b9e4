import { type Database, historyRow, maintainPartitions, registerFleet, reportColumns } from '@stellacontrol/database'
import { decodeReport, encodeReport } from '@stellacontrol/protocol'
import { fullReport } from './load-payload.ts'

export const pastDevices = 1_000
export const pastDays = 30
const intervalS = 600
const daySeconds = 86_400
const variants = 500

/**
 * 30 days of full 5-band reports of 1,000 devices in the order in which a fleet sends them: every tenth device is hot on every
 * third afternoon, every fiftieth is silent for two hours a night. The database multiplies 500 rows of the history writer.
 *
 * @param endAt epoch ms, a whole hour
 * @returns how many rows were stored
 */
export async function writeBacktestPast(database: Database, endAt: number): Promise<number> {
  await maintainPartitions(database, { now: endAt })
  await registerFleet(database, fleet())
  return database.withConnection(
    async (connection) => {
      await connection.query('create temporary table variant (like report)')
      await connection.query(
        `insert into variant select (json_populate_record(null::variant, one)).* from json_array_elements($1::json) as one`,
        [JSON.stringify(Array.from({ length: variants }, (_, variant) => variantRow(variant, endAt)))],
      )
      let stored = 0
      // A day at a time, so that a few rows of a device lie between all the others' as in operation.
      for (let day = pastDays; day > 0; day--)
        stored += await connection.execute(daySql, [endAt / 1000 - day * daySeconds])
      await connection.query('vacuum analyze')
      return stored
    },
    { statementTimeoutMs: 600_000 },
  )
}

const hourSql = `(extract(epoch from moment.at) / 3600)::float8`
const afternoonSql = `greatest(0, cos(((${hourSql})::numeric % 24 - 15)::float8 / 12 * pi()))`
const isHotSql = `(moment.device_id % 10 = 3 and floor(${hourSql} / 24)::integer % 3 = 0)`
const own: Partial<Record<string, string>> = {
  ...{ at: 'moment.at', device_id: 'moment.device_id', seq: 'moment.seq' },
  // 38 to 52 °C over the day; up to 80 °C on a hot afternoon.
  board: `(380 + 140 * ${afternoonSql} + case when ${isHotSql} then 280 * ${afternoonSql} ^ 4 else 0 end)::smallint`,
}
const isSilentSql = `moment.device_id % 50 = 7 and floor(${hourSql})::integer % 24 in (2, 3)`
const daySql = `
  insert into report (${reportColumns.join(', ')})
  select ${reportColumns.map((column) => own[column] ?? `variant.${column}`).join(', ')}
  from (
    -- Devices are spread over their interval.
    select id as device_id, slot / ${intervalS} as seq, to_timestamp(slot + id * 7919 % ${intervalS}) as at
    from generate_series($1::bigint, $1::bigint + ${daySeconds - intervalS}, ${intervalS}) as slot
    cross join device order by 3, 1
  ) as moment
  join variant on variant.device_id = (moment.device_id + moment.seq) % ${variants}
  where not (${isSilentSql})
  order by moment.at`

/** A row of history by column; the device's id is the number of the variant. */
function variantRow(variant: number, endAt: number): Record<string, unknown> {
  const report = { ...fullReport(variant), bootId: 7, seq: 1, sentAtMs: endAt - 1, uptimeS: daySeconds }
  const decoded = decodeReport(encodeReport(report))
  if ('rejected' in decoded) throw new Error(decoded.detail)
  const row = historyRow(decoded.report, endAt, {
    deviceId: variant,
    retentionMs: { report: daySeconds * 1000, report_live: 0 },
  })
  if ('rejected' in row) throw new Error(row.detail)
  const values = [new Date(row.at).toISOString(), variant, ...row.integers, ...row.smallints, row.bands]
  return Object.fromEntries(reportColumns.map((column, index) => [column, values[index]]))
}

function fleet() {
  const site = { organisation: 'Bench', kind: 'office', timeZone: 'UTC', latitude: 51, longitude: 4, address: '' }
  return {
    organisations: [{ name: 'Bench' }],
    sites: [{ ...site, name: 'Bench site' }],
    devices: Array.from({ length: pastDevices }, (_, device) => {
      const serial = `BENCH-${String(device).padStart(5, '0')}`
      return { serial, secret: `${device}`, model: 'iR5', name: `Device ${device}`, site: 'Bench site' }
    }),
  }
}
