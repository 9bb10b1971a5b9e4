import type { History } from '@stellacontrol/protocol'
import type { Queries } from '../database.ts'
import { findDevice } from '../devices.ts'
import type { Scope } from '../scope.ts'
import { type Bucket, bucketSql, toHistory } from './history-buckets.ts'
import { bandOffsetSql } from './history-layout.ts'
import { type HistoryPlan, type HistoryRequest, planHistory, type Series } from './history-request.ts'
import { defaultReportRetentionMs } from './history-row.ts'
import { type HistorySubject, openHistory } from './open-history.ts'
import { readHours } from './read-hours.ts'
import { hourMs, hourOf } from './roll-up-marks.ts'

/**
 * The history of a device, in at most `points` buckets with minimum, average and maximum. Buckets of less than an hour are made
 * from reports, wider ones from hourly roll-ups; hours that are not rolled up yet, such as the present one, come from their reports.
 * A bucket without data is missing. Averages of roll-ups are weighted by the number of reports.
 *
 * @param now epoch ms; decides whether live reports of the range's beginning have expired already
 * @returns undefined if the device does not exist or is out of scope
 * @throws CodedError `history-metric-unknown`, `history-range-invalid`
 */
export async function readHistory(
  queries: Queries,
  scope: Scope,
  request: HistoryRequest,
  now = Date.now(),
): Promise<History | undefined> {
  const plan = planHistory(request)
  const device = await findDevice(queries, scope, request.serial)
  if (device === undefined) return undefined
  const opening = { deviceId: device.id, fromAt: hourOf(plan.fromAt), toAt: plan.toAt }
  const subject = await openHistory(queries, scope, opening)
  if (plan.bucketMs >= hourMs) return readHours(queries, subject, plan)
  const history = await readReports(queries, subject, plan)
  // Live reports that expired live on in the roll-ups.
  const isOld = plan.fromAt < now - defaultReportRetentionMs.report_live
  if (history.at.length > 0 || !isOld) return history
  return readHours(queries, subject, { ...plan, bucketMs: hourMs })
}

async function readReports(queries: Queries, { deviceId, times }: HistorySubject, plan: HistoryPlan): Promise<History> {
  const bands = [...new Set(plan.series.flatMap(({ band }) => band ?? []))]
  const offsets = bands.map((band) => `, ${bandOffsetSql(band)} as offset_${band}`).join('')
  const range =
    'where device_id = $1 and at >= to_timestamp($2) and at < to_timestamp($3) and ($5::tstzmultirange is null or at <@ $5)'
  // OFFSET 0 keeps the planner from computing a band's offset again for each of its values.
  const buckets = await queries.query<Bucket>(
    `select ${bucketSql('r.at')} as bucket, ${plan.series.map(reportAggregates).join(', ')}
     from (
       select r.*${offsets}
       from (select * from report ${range} union all select * from report_live ${range}) as r
       offset 0
     ) as r
     group by 1 order by 1`,
    [deviceId, plan.fromAt / 1000, plan.toAt / 1000, plan.bucketMs / 1000, times],
  )
  return toHistory(plan, 'reports', buckets)
}

function reportAggregates({ band, metric }: Series, index: number): string {
  const offset = `r.offset_${band}`
  return `min(${metric.minimumSql(offset)})::float8 as min_${index},
    avg(${metric.averageSql(offset)})::float8 as avg_${index},
    max(${metric.maximumSql(offset)})::float8 as max_${index}`
}
