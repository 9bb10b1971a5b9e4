import { z } from 'zod'
import { alertClasses, alertSeverities } from './rule.ts'

/** `members` of an incident are those that it explains; they are not announced themselves. */
export const incidentStates = ['open', 'acknowledged', 'shelved', 'cleared'] as const
export type IncidentState = (typeof incidentStates)[number]

/**
 * An incident as the bus carries it: one is open per device, rule and subject. It is born in Redis and recorded in PostgreSQL
 * afterwards; `version` grows with every change, so that a reader who is told twice notices.
 */
export const alertSchema = z.object({
  id: z.uuid().describe('of the incident; the same while it lasts and when it reopens'),
  version: z.number().int().min(1),
  rule: z.string(),
  ruleName: z.string(),
  class: z.enum(alertClasses),
  subject: z.string().optional().describe('band or fan, e.g. "B20"'),
  severity: z.enum(alertSeverities).describe('the highest it reached'),
  state: z.enum(incidentStates),
  at: z.string().describe('the moment of this event'),
  since: z.string().describe('since when the condition held'),
  raisedAt: z.string(),
  clearedAt: z.string().optional(),
  clearReason: z.string().optional(),
  value: z.number().optional().describe('what fired'),
  threshold: z.number().optional(),
  unit: z.string().optional(),
  text: z.string().describe('one sentence for people'),
  advice: z.string().optional(),
  repeats: z.number().int().describe('how often it came again without being announced'),
  isAnnounced: z.boolean().describe('false: people are not told of this event'),
  isFlapping: z.boolean().optional(),
  parentId: z.string().optional().describe('the incident that explains this one'),
  by: z.string().optional().describe('who acknowledged, shelved or cleared it'),
  shelvedUntil: z.string().optional(),
})
export type Alert = z.infer<typeof alertSchema>

export const alertChanges = ['raised', 'repeated', 'acknowledged', 'shelved', 'cleared'] as const
export type AlertChange = (typeof alertChanges)[number]

/** What happened to an incident. `serialNumber` of what is no device: `site:<id>`, `area:<name>`, `platform:<name>`. */
export interface AlertMessage {
  event: AlertChange
  device: { serialNumber: string }
  alert: Alert
}
