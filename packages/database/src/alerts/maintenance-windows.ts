import type { windowRepeats } from '@stellacontrol/protocol'
import type { Queries } from '../database.ts'
import { type Scope, scopeParameter } from '../scope.ts'

/** The table `maintenance_window`; moments in epoch ms. */
export interface WindowRow {
  id: number
  organisation: { id: number; name: string }
  site: { id: number; name: string } | null
  device: { serial: string; name: string } | null
  startsAt: number
  endsAt: number
  repeats: (typeof windowRepeats)[number]
  repeatsUntil: number | null
  timeZone: string
  reason: string
  createdBy: string
  createdAt: number
}

export type WindowTimes = Pick<WindowRow, 'startsAt' | 'endsAt' | 'repeats' | 'repeatsUntil' | 'timeZone' | 'reason'>

const select = `
  select w.id, json_build_object('id', organisation.id, 'name', organisation.name) as organisation,
    case when site.id is not null then json_build_object('id', site.id, 'name', site.name) end as site,
    case when device.id is not null then json_build_object('serial', serial, 'name', device.name) end as device,
    starts_at as "startsAt", ends_at as "endsAt", repeats, repeats_until as "repeatsUntil", w.time_zone as "timeZone",
    reason, created_by as "createdBy", w.created_at as "createdAt"
  from maintenance_window w
  join organisation on organisation.id = w.organisation_id
  left join site on site.id = w.site_id
  left join device on device.id = w.device_id
  where ($1::int[] is null or w.organisation_id = any($1))`

/** The windows of the scope, those that begin last first; on request those of one organisation. */
export function listWindows(queries: Queries, scope: Scope, organisationId?: number): Promise<WindowRow[]> {
  return queries.query<WindowRow>(
    `${select} and ($2::int is null or w.organisation_id = $2) order by starts_at desc, w.id desc`,
    [scopeParameter(scope), organisationId ?? null],
  )
}

/** One window; nobody else changes it before the transaction has ended. */
export async function lockWindow(queries: Queries, scope: Scope, id: number): Promise<WindowRow | undefined> {
  await queries.query('select id from maintenance_window where id = $1 for update', [id])
  return (await queries.query<WindowRow>(`${select} and w.id = $2`, [scopeParameter(scope), id]))[0]
}

/** Returns the id of the new window. */
export async function createWindow(
  queries: Queries,
  window: WindowTimes & { organisationId: number; siteId: number | null; deviceId: number | null; createdBy: string },
): Promise<number> {
  const [row] = await queries.query<{ id: number }>(
    `insert into maintenance_window (organisation_id, site_id, device_id, created_by,
       starts_at, ends_at, repeats, repeats_until, time_zone, reason)
     values ($1, $2, $3, $4, to_timestamp($5), to_timestamp($6), $7, to_timestamp($8), $9, $10) returning id`,
    [window.organisationId, window.siteId, window.deviceId, window.createdBy, ...timesOf(window)],
  )
  if (row === undefined) throw new Error('insert returned no row')
  return row.id
}

export async function changeWindow(queries: Queries, id: number, times: WindowTimes): Promise<void> {
  await queries.execute(
    `update maintenance_window set starts_at = to_timestamp($2), ends_at = to_timestamp($3), repeats = $4,
       repeats_until = to_timestamp($5), time_zone = $6, reason = $7 where id = $1`,
    [id, ...timesOf(times)],
  )
}

export async function removeWindow(queries: Queries, id: number): Promise<void> {
  await queries.execute('delete from maintenance_window where id = $1', [id])
}

function timesOf({ startsAt, endsAt, repeats, repeatsUntil, timeZone, reason }: WindowTimes): unknown[] {
  const until = repeatsUntil === null ? null : repeatsUntil / 1000
  return [startsAt / 1000, endsAt / 1000, repeats, until, timeZone, reason]
}
