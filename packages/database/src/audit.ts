import type { Queries } from './database.ts'
import { type Scope, scopeParameter } from './scope.ts'

/** The table `audit_event`: who did what to whom. Append-only. Secrets and passwords never go into it. */
export interface AuditEvent {
  id: number
  /** Epoch ms. */
  at: number
  organisationId: number
  organisationName: string
  /** Null = nobody who signed in: the platform itself, or somebody at the server's command line. */
  userId: number | null
  /** The person's e-mail address, or who else it was, in words. */
  actor: string
  /** Where the request came from. */
  address: string | null
  /** What was done: `device.claimed`, `user.invited`, … */
  action: string
  objectKind: string
  objectId: string
  before: unknown
  after: unknown
}

/** Who is behind a change. */
export interface Actor {
  userId: number | null
  actor: string
  address: string | null
}

/** Somebody with access to the machine itself. */
export const commandLineActor: Actor = { userId: null, actor: 'command line', address: null }

export type NewAuditEvent = Pick<AuditEvent, 'organisationId' | 'action' | 'objectKind' | 'objectId'> & {
  before?: unknown
  after?: unknown
}

/** Records what was done, in the transaction that does it. */
export async function recordAudit(queries: Queries, actor: Actor, events: readonly NewAuditEvent[]): Promise<void> {
  if (events.length === 0) return
  await queries.execute(
    `insert into audit_event (organisation_id, user_id, actor, address, action, object_kind, object_id, before, after)
     select organisation_id, $1, $2, $3, action, object_kind, object_id, before, after
     from unnest($4::int[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::jsonb[])
       as event (organisation_id, action, object_kind, object_id, before, after)`,
    [
      actor.userId,
      actor.actor,
      actor.address,
      events.map((event) => event.organisationId),
      events.map((event) => event.action),
      events.map((event) => event.objectKind),
      events.map((event) => event.objectId),
      events.map((event) => jsonOf(event.before)),
      events.map((event) => jsonOf(event.after)),
    ],
  )
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

export interface AuditQuery {
  limit: number
  /** The id at which the page before ended. */
  cursor?: number | undefined
  organisationId?: number | undefined
  userId?: number | undefined
  action?: string | undefined
  objectKind?: string | undefined
  objectId?: string | undefined
  /** Epoch ms. */
  from?: number | undefined
  to?: number | undefined
}

/** Events of the scope, newest first. */
export function listAudit(queries: Queries, scope: Scope, query: AuditQuery): Promise<AuditEvent[]> {
  return queries.query<AuditEvent>(
    `select audit_event.id, at, organisation_id as "organisationId", organisation.name as "organisationName",
       user_id as "userId", actor, address, action, object_kind as "objectKind", object_id as "objectId", before, after
     from audit_event join organisation on organisation.id = organisation_id
     where ($1::int[] is null or organisation_id = any($1))
       and ($2::bigint is null or audit_event.id < $2)
       and ($3::int is null or organisation_id = $3)
       and ($4::int is null or user_id = $4)
       and ($5::text is null or action = $5)
       and ($6::text is null or object_kind = $6)
       and ($7::text is null or object_id = $7)
       and ($8::float8 is null or at >= to_timestamp($8))
       and ($9::float8 is null or at < to_timestamp($9))
     order by audit_event.id desc limit $10`,
    [
      scopeParameter(scope),
      query.cursor ?? null,
      query.organisationId ?? null,
      query.userId ?? null,
      query.action ?? null,
      query.objectKind ?? null,
      query.objectId ?? null,
      query.from === undefined ? null : query.from / 1000,
      query.to === undefined ? null : query.to / 1000,
      query.limit,
    ],
  )
}
