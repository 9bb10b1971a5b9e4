import type { AlertSeverity } from '@stellacontrol/protocol'
import type { Queries } from '../database.ts'

/** What a report is about: an organisation, a time (epoch ms), and the rules whose incidents mean that a device is silent. */
export interface ReportRange {
  organisationId: number
  fromAt: number
  toAt: number
  silenceRules: readonly string[]
}

export interface DeviceTimes {
  serial: string
  name: string
  /** For how long of the range it was theirs. */
  ownedSeconds: number
  /** For how long of that it was silent. */
  silentSeconds: number
}

export interface RuleFigures {
  /** Null = all rules together. */
  rule: string | null
  ruleName: string
  severity: AlertSeverity
  incidents: number
  devices: number
  secondsToAcknowledge: number | null
  secondsToClear: number | null
}

export interface BandFigures {
  serial: string
  name: string
  band: string
  incidents: number
  seconds: number
}

const range = 'tstzrange(to_timestamp($2), to_timestamp($3))'
const lengthOf = (times: string) => `
  coalesce((select sum(extract(epoch from upper(part) - lower(part))) from unnest(${times}) as part), 0)::float8`
const lasted = 'tstzrange(since, greatest(since, coalesce(cleared_at, now())))'

/** How long each device was theirs in the range, and silent. Silences that overlap count once. The longest silent first. */
export function readDeviceTimes(
  queries: Queries,
  { organisationId, fromAt, toAt, silenceRules }: ReportRange,
): Promise<DeviceTimes[]> {
  return queries.query<DeviceTimes>(
    `with owned as (
       select device_id, range_agg(tstzrange(greatest(since, device.created_at), until) * ${range}) as times
       from device_ownership join device on device.id = device_id
       where device_ownership.organisation_id = $1 and until > greatest(since, device.created_at) group by 1
     ), silent as (
       select device_id, range_agg(${lasted}) as times from incident
       where incident.organisation_id = $1 and rule = any ($4::text[]) and device_id is not null
         and since < to_timestamp($3) and (cleared_at is null or cleared_at > to_timestamp($2))
       group by 1
     )
     select device.serial, device.name, ${lengthOf('owned.times')} as "ownedSeconds",
       case when silent.times is null then 0 else ${lengthOf('owned.times * silent.times')} end as "silentSeconds"
     from owned join device on device.id = owned.device_id left join silent using (device_id)
     where not isempty(owned.times)
     order by "silentSeconds" desc, device.serial`,
    [organisationId, fromAt / 1000, toAt / 1000, silenceRules],
  )
}

const median = (moment: string) => `
  round(percentile_cont(0.5) within group (order by extract(epoch from ${moment} - raised_at))
    filter (where ${moment} >= raised_at))::int`

/** Incidents raised in the range that nothing else explains: all together first (rule null), then by rule, the most first. */
export function readRuleFigures(
  queries: Queries,
  { organisationId, fromAt, toAt }: Omit<ReportRange, 'silenceRules'>,
): Promise<RuleFigures[]> {
  return queries.query<RuleFigures>(
    `select rule, max(rule_name) as "ruleName", count(*) as incidents, count(distinct scope) as devices,
       (array['warning', 'minor', 'major', 'critical'])[max(array_position(
         array['warning', 'minor', 'major', 'critical'], severity))] as severity,
       ${median('acknowledged_at')} as "secondsToAcknowledge", ${median('cleared_at')} as "secondsToClear"
     from incident
     where organisation_id = $1 and parent_id is null and raised_at >= to_timestamp($2) and raised_at < to_timestamp($3)
     group by grouping sets ((), (rule)) having count(*) > 0
     order by grouping(rule) desc, incidents desc, rule`,
    [organisationId, fromAt / 1000, toAt / 1000],
  )
}

/** The same incidents by their severity. */
export function readSeverityFigures(
  queries: Queries,
  { organisationId, fromAt, toAt }: Omit<ReportRange, 'silenceRules'>,
): Promise<{ severity: AlertSeverity; incidents: number }[]> {
  return queries.query(
    `select severity, count(*) as incidents from incident
     where organisation_id = $1 and parent_id is null and raised_at >= to_timestamp($2) and raised_at < to_timestamp($3)
     group by severity`,
    [organisationId, fromAt / 1000, toAt / 1000],
  )
}

const worstBands = 10

/** The bands with the longest incidents in the range; several at a time count once. */
export function readWorstBands(
  queries: Queries,
  { organisationId, fromAt, toAt }: Omit<ReportRange, 'silenceRules'>,
): Promise<BandFigures[]> {
  return queries.query<BandFigures>(
    `with band as (
       select device_id, subject, count(*) as incidents, range_agg(${lasted} * ${range}) as times from incident
       where organisation_id = $1 and subject ~ '^B[0-9]+$' and device_id is not null
         and since < to_timestamp($3) and (cleared_at is null or cleared_at > to_timestamp($2))
       group by 1, 2
     )
     select serial, device.name, subject as band, incidents, round(${lengthOf('times')})::int as seconds
     from band join device on device.id = device_id
     order by seconds desc, incidents desc, serial, subject limit ${worstBands}`,
    [organisationId, fromAt / 1000, toAt / 1000],
  )
}
