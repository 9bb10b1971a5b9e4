import { randomUUID } from 'node:crypto'
import type { Alert } from '@stellacontrol/protocol'
import type { TestApplication } from './test-application.ts'

export type MadeIncident = Partial<Alert> & {
  /** A serial number, or what stands for it. */
  scope: string
  announced?: boolean
}

/** An incident as the alert monitor leaves it: in Redis, and recorded in PostgreSQL. Of whom the device is now. */
export async function makeIncident({ database, redis }: TestApplication, made: MadeIncident): Promise<Alert> {
  const { scope, announced = true, ...given } = made
  const raisedAt = given.raisedAt ?? new Date().toISOString()
  const alert: Alert = {
    ...{
      id: randomUUID(),
      version: 1,
      rule: 'temperature-high',
      ruleName: 'Temperature exceeded',
      class: 'environment',
    },
    ...{ severity: 'major', state: 'open', at: raisedAt, since: raisedAt, value: 81, threshold: 75, unit: '°C' },
    ...{ text: 'Board temperature 81 °C, above 75 °C', repeats: 0, isAnnounced: announced },
    ...given,
    raisedAt,
  }
  await record({ database }, scope, alert, announced)
  const { state, keys } = redis
  const field = alert.subject === undefined ? alert.rule : `${alert.rule}:${alert.subject}`
  await state.command(keys.incidents(scope), ['HSET', keys.incidents(scope), field, JSON.stringify(alert)])
  return alert
}

async function record(
  { database }: Pick<TestApplication, 'database'>,
  scope: string,
  alert: Alert,
  announced: boolean,
): Promise<void> {
  const added = await database.execute(
    `insert into incident (id, version, scope, device_id, site_id, organisation_id, rule, rule_name, class, subject, severity,
       state, since, raised_at, changed_at, acknowledged_at, cleared_at, announced, parent_id, value, threshold, unit, text)
     select $1, $2, $3, device.id, device.site_id, device.organisation_id, $4, $5, $6, $7, $8, $9, $10::timestamptz,
       $11::timestamptz, $11::timestamptz, $12::timestamptz, $13::timestamptz, $14, $15, $16, $17, $18, $19
     from device where serial = $3`,
    [
      ...[alert.id, alert.version, scope, alert.rule, alert.ruleName, alert.class, alert.subject, alert.severity],
      ...[alert.state, alert.since, alert.raisedAt, alert.state === 'acknowledged' ? alert.at : null],
      ...[alert.clearedAt ?? null, announced, alert.parentId ?? null, alert.value, alert.threshold, alert.unit],
      alert.text,
    ],
  )
  if (added !== 1) throw new Error(`there is no device ${scope}`)
  await database.execute(
    `insert into incident_event (incident_id, at, kind, version, severity, value, text)
     values ($1, $2::timestamptz, 'raised', 1, $3, $4, $5)`,
    [alert.id, alert.raisedAt, alert.severity, alert.value, alert.text],
  )
}
