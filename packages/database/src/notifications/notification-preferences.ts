import type { NotificationPreferences } from '@stellacontrol/protocol'
import type { Queries } from '../database.ts'

/** The table `notification_preference`. Undefined = the person never chose. */
export async function findPreferences(queries: Queries, userId: number): Promise<NotificationPreferences | undefined> {
  const rows = await queries.query<{ preferences: NotificationPreferences }>(
    'select preferences from notification_preference where user_id = $1',
    [userId],
  )
  return rows[0]?.preferences
}

export async function putPreferences(
  queries: Queries,
  userId: number,
  preferences: NotificationPreferences,
): Promise<void> {
  await queries.execute(
    `insert into notification_preference (user_id, preferences) values ($1, $2::jsonb)
     on conflict (user_id) do update set preferences = excluded.preferences, changed_at = now()`,
    [userId, JSON.stringify(preferences)],
  )
}
