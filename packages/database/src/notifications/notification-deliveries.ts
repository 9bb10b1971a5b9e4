import type { deliveryOutcomes, NotificationChannel } from '@stellacontrol/protocol'
import type { Queries } from '../database.ts'

/** The table `notification_delivery`: what was handed over to whom. */
export interface NewDelivery {
  bundleId: string
  userId: number
  /** Epoch ms. */
  at: number
  channel: NotificationChannel
  recipient: string
  subject: string
  alerts: number
  outcome: (typeof deliveryOutcomes)[number]
  failure: string | null
}

/** Safe to repeat: a bundle is there once for each channel. One of a person who is gone by now is dropped. */
export async function recordDelivery(queries: Queries, delivery: NewDelivery): Promise<void> {
  const { bundleId, userId, at, channel, recipient, subject, alerts, outcome, failure } = delivery
  await queries.execute(
    `insert into notification_delivery (bundle_id, user_id, at, channel, recipient, subject, alerts, outcome, failure)
     select $1, id, to_timestamp($3::float8 / 1000), $4, $5, $6, $7, $8, $9 from app_user where id = $2
     on conflict (bundle_id, channel) do update set outcome = excluded.outcome, failure = excluded.failure, at = excluded.at`,
    [bundleId, userId, at, channel, recipient, subject, alerts, outcome, failure],
  )
}

export type DeliveryRow = NewDelivery & { id: number }

/** The newest of one person. */
export function listDeliveries(queries: Queries, userId: number, limit: number): Promise<DeliveryRow[]> {
  return queries.query<DeliveryRow>(
    `select id, delivery.bundle_id as "bundleId", user_id as "userId", delivery.at, channel, recipient, subject, alerts,
       case is_delivered when true then 'delivered' when false then 'failed' else outcome end as outcome,
       coalesce(status.failure, delivery.failure) as failure
     from notification_delivery delivery
       left join sms_status status on status.bundle_id = delivery.bundle_id and channel = 'sms'
     where user_id = $1 order by id desc limit $2`,
    [userId, limit],
  )
}

export async function forgetOldDeliveries(queries: Queries, olderThanMs: number): Promise<void> {
  for (const table of ['notification_delivery', 'sms_status']) {
    await queries.execute(`delete from ${table} where at < now() - $1 * interval '1 millisecond'`, [olderThanMs])
  }
}
