import { z } from 'zod'
import { alertChanges, incidentStates } from '../alerts/alert.ts'
import { alertClasses, alertSeverities } from '../alerts/rule.ts'
import { historySchema } from './charts.ts'
import { anyOf, isoMoment, ofOrganisation, pageOf, pageQuery, paragraph, reference } from './common.ts'
import { deviceEventSchema } from './registry.ts'

/** Incidents: `/v1/alerts`. Rules are in alert-rules.ts, maintenance windows in maintenance.ts. */
export const incidentSchema = z.object({
  id: z.uuid(),
  version: z.number().int().describe('grows with every change'),
  state: z.enum(incidentStates),
  severity: z.enum(alertSeverities).describe('the highest it reached'),
  class: z.enum(alertClasses),
  rule: z.string(),
  ruleName: z.string(),
  subject: z.string().nullable().describe('band or fan, e.g. "B20"'),
  scope: z.string().describe('serial number, or site:<id>, area:<name>, platform:<name> of what is no device'),
  device: z.object({ serial: z.string(), name: z.string(), model: z.string() }).nullable(),
  site: reference.nullable(),
  organisation: reference.describe('whose it was when it was raised'),
  since: isoMoment.describe('since when the condition held'),
  raisedAt: isoMoment,
  changedAt: isoMoment,
  acknowledgedAt: isoMoment.nullable(),
  acknowledgedBy: z.string().nullable(),
  shelvedUntil: isoMoment.nullable(),
  clearedAt: isoMoment.nullable(),
  clearReason: z.string().nullable(),
  assignee: reference.nullable(),
  repeats: z.number().int().describe('how often it came again without being announced'),
  announced: z.boolean().describe('false: explained by another incident, in maintenance or shelved; nobody was told'),
  flapping: z.boolean(),
  parentId: z.uuid().nullable().describe('the incident that explains this one'),
  members: z.number().int().describe('how many incidents it explains'),
  value: z.number().nullable().describe('what fired'),
  threshold: z.number().nullable(),
  unit: z.string().nullable(),
  text: z.string(),
  advice: z.string().nullable(),
})
export type Incident = z.infer<typeof incidentSchema>

export const incidentEventKinds = [...alertChanges, 'commented', 'assigned'] as const
export const incidentEventSchema = z.object({
  id: z.number().int(),
  at: isoMoment,
  kind: z.enum(incidentEventKinds),
  actor: z.string().nullable().describe('null = the platform'),
  severity: z.enum(alertSeverities).nullable(),
  value: z.number().nullable(),
  text: z.string(),
})
export type IncidentEvent = z.infer<typeof incidentEventSchema>

export const incidentDetailSchema = incidentSchema.extend({
  events: z.array(incidentEventSchema).describe('oldest first, the latest 500'),
  memberIncidents: z.array(incidentSchema).describe('the newest 100 of those it explains'),
  blackBox: z.object({
    from: isoMoment,
    to: isoMoment,
    history: historySchema.nullable().describe('every value of that time; null if it is about no device of the caller'),
    changes: z.array(deviceEventSchema).describe('what people did to the device in that time, newest first'),
  }),
})
export type IncidentDetail = z.infer<typeof incidentDetailSchema>

export const incidentSorts = ['raisedAt', 'severity'] as const
export const incidentListQuerySchema = z.object({
  ...pageQuery,
  state: anyOf(incidentStates).describe('any of, comma-separated; "open" needs action'),
  severity: anyOf(alertSeverities).describe('any of, comma-separated'),
  class: anyOf(alertClasses).describe('any of, comma-separated'),
  rule: z.string().max(64).optional(),
  organisation: ofOrganisation,
  site: z.coerce.number().int().positive().optional(),
  device: z.string().max(64).optional().describe('serial number'),
  assignee: z
    .union([z.enum(['me', 'nobody']), z.coerce.number().int().positive()])
    .optional()
    .describe('a person by id, "me", or "nobody"'),
  from: z.iso.datetime({ offset: true }).optional().describe('raised at or after'),
  to: z.iso.datetime({ offset: true }).optional().describe('raised before'),
  search: z.string().max(100).optional().describe('words of text, rule, serial, device, site or organisation'),
  parentId: z.uuid().optional().describe('the members of this incident'),
  members: z.enum(['true']).optional().describe('also those that another incident explains'),
  sort: z.enum(incidentSorts).default('raisedAt').describe('newest first; or worst first, then newest'),
})
export type IncidentListQuery = z.infer<typeof incidentListQuerySchema>

export const incidentCountsSchema = z.record(z.enum(incidentStates), z.number().int())
export const incidentListSchema = pageOf(incidentSchema).extend({
  counts: incidentCountsSchema.describe('per state, with the same filters but `state`'),
})
export type IncidentList = z.infer<typeof incidentListSchema>

/** Open incidents by severity: the badge. */
export const openCountsSchema = z.record(z.enum(alertSeverities), z.number().int())
export type OpenCounts = z.infer<typeof openCountsSchema>

// ---------- what people do ----------

export const incidentParameter = z.object({ id: z.uuid() })
const shelvedUntil = z.iso.datetime({ offset: true }).describe('at most 30 days ahead')
export const shelveSchema = z.strictObject({ until: shelvedUntil })
export const commentSchema = z.strictObject({ text: paragraph(2000).trim().min(1) })
export const assignSchema = z.strictObject({
  userId: z.number().int().positive().nullable().describe('null = nobody any more'),
})
/** Whom an incident can be assigned to: people of the caller's scope who see it. */
export const assigneeListSchema = z.object({ items: z.array(reference) })

export const bulkActions = ['acknowledge', 'shelve', 'reopen', 'clear', 'assign', 'comment'] as const
const ids = { ids: z.array(z.uuid()).min(1).max(500) }
export const bulkSchema = z.discriminatedUnion('action', [
  z.strictObject({ ...ids, action: z.enum(['acknowledge', 'reopen', 'clear']) }),
  z.strictObject({ ...ids, action: z.literal('shelve'), ...shelveSchema.shape }),
  z.strictObject({ ...ids, action: z.literal('comment'), ...commentSchema.shape }),
  z.strictObject({ ...ids, action: z.literal('assign'), ...assignSchema.shape }),
])
export type BulkRequest = z.infer<typeof bulkSchema>
export const bulkResultSchema = z.object({
  done: z.number().int(),
  results: z.array(
    z.object({ id: z.uuid(), ok: z.boolean(), code: z.string().optional(), state: z.enum(incidentStates).optional() }),
  ),
})
export type BulkResult = z.infer<typeof bulkResultSchema>
