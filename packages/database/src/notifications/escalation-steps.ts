import type { Queries } from '../database.ts'

export interface EscalationStepRow {
  userId: number
  /** Null where the caller may not see the person. */
  userName: string | null
  afterMinutes: number
}

/** The table `escalation_step`: an organisation's list, the first one who is told first. */
export function listEscalation(queries: Queries, organisationId: number): Promise<EscalationStepRow[]> {
  return queries.query<EscalationStepRow>(
    `select user_id as "userId", app_user.name as "userName", after_minutes as "afterMinutes"
     from escalation_step left join app_user on app_user.id = user_id
     where escalation_step.organisation_id = $1 order by position`,
    [organisationId],
  )
}

/** Replaces the list. */
export async function replaceEscalation(
  queries: Queries,
  organisationId: number,
  steps: readonly { userId: number; afterMinutes: number }[],
): Promise<void> {
  await queries.execute('delete from escalation_step where organisation_id = $1', [organisationId])
  await queries.execute(
    `insert into escalation_step (organisation_id, position, user_id, after_minutes)
     select $1, position, user_id, after_minutes
     from unnest($2::int[], $3::int[]) with ordinality as step (user_id, after_minutes, position)`,
    [organisationId, steps.map(({ userId }) => userId), steps.map(({ afterMinutes }) => afterMinutes)],
  )
}
