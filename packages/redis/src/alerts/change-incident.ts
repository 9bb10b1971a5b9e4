import { type Alert, alertSchema, messageTopics } from '@stellacontrol/protocol'
import type { Redis } from '../redis.ts'

/** What a person does to an incident: `open` takes an acknowledgement or a shelf back. */
export type IncidentAction = 'acknowledge' | 'shelve' | 'open' | 'clear'

/** Which incident: `scope` is the serial number, or what stands for it (`site:<id>`, …). */
export interface IncidentKey {
  id: string
  scope: string
  rule: string
  subject?: string | undefined
}

/**
 * Changes an incident and announces it, in one step. Repeating it leaves the incident as it is and raises its version.
 * Resolves to the incident as it is now; undefined if it is over, or another one is there instead.
 * @throws `redis-unavailable`
 */
export async function changeIncident(
  { state, keys }: Redis,
  { id, scope, rule, subject }: IncidentKey,
  change: { do: IncidentAction; by: string; at: string; shelvedUntil?: string | undefined },
): Promise<Alert | undefined> {
  const { topic } = messageTopics.Alert
  const field = subject === undefined ? rule : `${rule}:${subject}`
  const reply = await state.call(
    'sc1_alert_change',
    [keys.stream(topic, keys.partitionOf(scope)), keys.incidents(scope)],
    [keys.channel(topic, ''), scope, field, id, change.do, change.by, change.at, change.shelvedUntil ?? ''],
  )
  return reply === '' ? undefined : alertSchema.parse(JSON.parse(String(reply)))
}
