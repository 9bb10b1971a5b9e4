import type { AlertMessage } from '@stellacontrol/protocol'
import { type Database, type Queries, withTransaction } from '../database.ts'

/** Whose an incident is. */
interface Subject {
  deviceId: number | null
  siteId: number | null
  organisationId: number
}

/**
 * Writes what happened to an incident. Safe to repeat and to come late: an older version changes nothing, and what happened
 * is told once. Another incident that is open for the same device, rule and subject was lost by Redis: it ends.
 * False if there is no such device (any more).
 */
export function recordIncident(database: Database, message: AlertMessage): Promise<boolean> {
  return withTransaction(database, async (queries) => {
    const subject = await findSubject(queries, message.device.serialNumber)
    if (subject === undefined) return false
    await endOthers(queries, message)
    await putIncident(queries, message, subject)
    await putEvent(queries, message)
    return true
  })
}

async function findSubject(queries: Queries, scope: string): Promise<Subject | undefined> {
  const [kind, id] = scope.split(':') as [string, string | undefined]
  if (id === undefined) {
    const rows = await queries.query<Subject>(
      `select id as "deviceId", site_id as "siteId", organisation_id as "organisationId" from device where serial = $1`,
      [scope],
    )
    return rows[0]
  }
  const sql =
    kind === 'site'
      ? `select null as "deviceId", id as "siteId", organisation_id as "organisationId" from site where id = $1::int`
      : `select null as "deviceId", null as "siteId", id as "organisationId" from organisation
         where kind = 'manufacturer' and $1::text is not null order by id limit 1`
  return (await queries.query<Subject>(sql, [id]))[0]
}

async function endOthers(queries: Queries, { device, alert }: AlertMessage): Promise<void> {
  await queries.execute(
    `update incident set state = 'cleared', cleared_at = $5, changed_at = $5, clear_reason = 'replaced'
     where scope = $1 and rule = $2 and coalesce(subject, '') = coalesce($3::text, '') and id <> $4 and state <> 'cleared'
       and raised_at <= $5`,
    [device.serialNumber, alert.rule, alert.subject ?? null, alert.id, alert.raisedAt],
  )
}

async function putIncident(queries: Queries, message: AlertMessage, subject: Subject): Promise<void> {
  const { event, device, alert } = message
  const isAcknowledged = event === 'acknowledged'
  await queries.execute(
    `insert into incident (id, version, scope, device_id, site_id, organisation_id, rule, rule_name, class, subject, severity,
       state, since, raised_at, changed_at, acknowledged_at, acknowledged_by, shelved_until, cleared_at, clear_reason, repeats,
       announced, flapping, parent_id, value, threshold, unit, text, advice)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
       $25, $26, $27, $28, $29)
     on conflict (id) do update set version = excluded.version, severity = excluded.severity, state = excluded.state,
       changed_at = excluded.changed_at, repeats = excluded.repeats, flapping = excluded.flapping,
       acknowledged_at = coalesce(excluded.acknowledged_at, incident.acknowledged_at),
       acknowledged_by = coalesce(excluded.acknowledged_by, incident.acknowledged_by),
       shelved_until = excluded.shelved_until, cleared_at = excluded.cleared_at, clear_reason = excluded.clear_reason,
       announced = (incident.announced and incident.state <> 'cleared') or excluded.announced, parent_id = excluded.parent_id,
       value = coalesce(excluded.value, incident.value), threshold = coalesce(excluded.threshold, incident.threshold),
       text = excluded.text
     where incident.version < excluded.version`,
    [
      ...[alert.id, alert.version, device.serialNumber, subject.deviceId, subject.siteId, subject.organisationId],
      ...[alert.rule, alert.ruleName, alert.class, alert.subject ?? null, alert.severity, alert.state],
      ...[alert.since, alert.raisedAt, alert.at, isAcknowledged ? alert.at : null, isAcknowledged ? alert.by : null],
      ...[alert.shelvedUntil ?? null, alert.clearedAt ?? null, alert.clearReason ?? null, alert.repeats],
      ...[alert.isAnnounced, alert.isFlapping ?? false, alert.parentId ?? null, alert.value ?? null],
      ...[alert.threshold ?? null, alert.unit ?? null, alert.text, alert.advice ?? null],
    ],
  )
}

async function putEvent(queries: Queries, { event, alert }: AlertMessage): Promise<void> {
  await queries.execute(
    `insert into incident_event (incident_id, at, kind, version, actor, severity, value, text)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (incident_id, version) do nothing`,
    [alert.id, alert.at, event, alert.version, alert.by ?? null, alert.severity, alert.value ?? null, alert.text],
  )
}

/** Open incidents of devices that nobody was told of, or not since they came again, though nothing explains them. For services that act for nobody. */
export function listUnannounced(queries: Queries): Promise<{ scope: string; rule: string; subject: string | null }[]> {
  return queries.query(
    `select scope, rule, subject from incident
     where state = 'open' and not announced and parent_id is null and device_id is not null order by raised_at limit 1000`,
  )
}
