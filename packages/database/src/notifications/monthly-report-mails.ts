import type { Queries } from '../database.ts'
import type { NewMail } from '../mail-outbox.ts'

/** The table `monthly_report_mail`: who was sent the report of which month. */
export interface ReportReader {
  id: number
  email: string
}

/** Who never chose gets it if they administer a customer: `app_user` is the person. */
const wantsReport = `
  coalesce(
    (select (preferences ->> 'monthlyReport')::boolean from notification_preference where user_id = app_user.id),
    exists (
      select from membership join organisation on organisation.id = organisation_id
      where user_id = app_user.id and role = 'administrator' and kind = 'customer'
    )
  )`

export async function wantsMonthlyReport(queries: Queries, userId: number): Promise<boolean> {
  const rows = await queries.query<{ wants: boolean }>(`select ${wantsReport} as wants from app_user where id = $1`, [
    userId,
  ])
  return rows[0]?.wants ?? false
}

/**
 * Some of those who want a month's report and have not been sent it. Whoever came after the month does not get it; nor does an
 * address that a mail server takes nothing for.
 */
export function reportReadersLeft(
  queries: Queries,
  { month, endedAt, limit }: { month: string; endedAt: number; limit: number },
): Promise<ReportReader[]> {
  return queries.query<ReportReader>(
    `select id, email from app_user
     where disabled_at is null and created_at < to_timestamp($2)
       and not exists (select from monthly_report_mail where user_id = app_user.id and month = $1)
       and not exists (select from suppressed_address where address = email)
       and ${wantsReport}
     order by id limit $3`,
    [month, endedAt / 1000, limit],
  )
}

/**
 * The organisations a person is told of: those of their memberships and all below, as far as their preferences name some only of
 * those and what is below them. Only such as have had devices.
 */
export function reportOrganisationsOf(queries: Queries, userId: number): Promise<{ id: number; name: string }[]> {
  return queries.query(
    `with recursive reach as (
       select organisation_id as id from membership where user_id = $1
       union select child.id from organisation child join reach on child.parent_id = reach.id
     ), chosen as (
       select value::integer as id from notification_preference, jsonb_array_elements_text(preferences -> 'organisations')
       where user_id = $1
       union select child.id from organisation child join chosen on child.parent_id = chosen.id
     )
     select id, name from organisation
     where id in (select id from reach) and (id in (select id from chosen) or not exists (select from chosen))
       and exists (select from device_ownership where organisation_id = organisation.id)
     order by name, id`,
    [userId],
  )
}

/**
 * Puts a report into the outbox, unless somebody did so for this person and month. Undefined = there is nothing to tell them, which is
 * noted too. In a transaction, so that a crash leaves both or neither. Returns false if it was done before.
 */
export async function addReportMail(
  queries: Queries,
  { userId, month, mail }: { userId: number; month: string; mail: NewMail | undefined },
): Promise<boolean> {
  const rows = await queries.query(
    `insert into monthly_report_mail (user_id, month) select id, $2 from app_user where id = $1
     on conflict do nothing returning user_id`,
    [userId, month],
  )
  if (rows.length === 0) return false
  if (mail === undefined) return true
  const { recipient, subject, text, html, uselessAt } = mail
  await queries.execute(
    `insert into mail_outbox (kind, bundle_id, recipient, subject, text, html, useless_at)
     values ('report', gen_random_uuid(), $1, $2, $3, $4, to_timestamp($5::float8 / 1000))`,
    [recipient, subject, text, html, uselessAt],
  )
  return true
}
