import type { Queries } from '../database.ts'
import { type Scope, scopeParameter } from '../scope.ts'

/** The device whose history is read. */
export interface HistorySubject {
  deviceId: number
  /** The times in which it was somebody's of the scope, a `tstzmultirange` as text; null = all of what is asked for. */
  times: string | null
}

/** Opens a device's history for the rest of the transaction; row-level security keeps every other one closed. */
export async function openHistory(
  queries: Queries,
  scope: Scope,
  { deviceId, fromAt, toAt }: { deviceId: number; fromAt: number; toAt: number },
): Promise<HistorySubject> {
  const [row] = await queries.query<{ times: string; is_whole: boolean }>(
    `select stella_open_history($2), times::text, times @> tstzrange(to_timestamp($3), to_timestamp($4)) as is_whole
     from (
       select coalesce(range_agg(tstzrange(since, until)), '{}') as times
       from device_ownership where device_id = $2 and ($1::int[] is null or organisation_id = any($1))
     ) as owned`,
    [scopeParameter(scope), deviceId, fromAt / 1000, toAt / 1000],
  )
  return { deviceId, times: row?.is_whole ? null : (row?.times ?? '{}') }
}
