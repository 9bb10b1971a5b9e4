import type { Queries } from '../database.ts'

/** What a gateway says at last of a text message. */
export interface SmsStatus {
  bundleId: string
  isDelivered: boolean
  failure: string | null
}

/** The table `sms_status`. Statuses come in any order and more than once: one that it was delivered stays. */
export async function recordSmsStatus(queries: Queries, { bundleId, isDelivered, failure }: SmsStatus): Promise<void> {
  await queries.execute(
    `insert into sms_status (bundle_id, is_delivered, failure) values ($1, $2, $3)
     on conflict (bundle_id) do update set is_delivered = excluded.is_delivered, failure = excluded.failure
     where not sms_status.is_delivered`,
    [bundleId, isDelivered, failure],
  )
}
