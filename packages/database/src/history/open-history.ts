import type { Queries } from '../database.ts'
import { type Scope, scopeParameter } from '../scope.ts'

/** The device whose history is read, and the times in which it was somebody's of the scope (a `tstzmultirange` as text). */
export interface HistorySubject {
  deviceId: number
  times: string
}

/** Opens a device's history for the rest of the transaction; row-level security keeps every other one closed. Returns its times. */
export async function openHistory(queries: Queries, scope: Scope, deviceId: number): Promise<string> {
  const [row] = await queries.query<{ times: string }>(
    `select stella_open_history($2), coalesce(range_agg(tstzrange(since, until))::text, '{}') as times
     from device_ownership where device_id = $2 and ($1::int[] is null or organisation_id = any($1))`,
    [scopeParameter(scope), deviceId],
  )
  return row?.times ?? '{}'
}
