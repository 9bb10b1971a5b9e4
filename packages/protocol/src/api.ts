import { z } from 'zod'
import { alertChanges, alertSchema } from './alerts/alert.ts'
import { openCountsSchema } from './api/alerts.ts'
import { anyOf, isoMoment, reference } from './api/common.ts'
import { organisationKinds } from './api/organisations.ts'
import { deviceStates } from './api/registry.ts'
import { roles } from './permissions.ts'
import { rejectionReasons } from './report.ts'
import { isSerial } from './serial.ts'
import { bandStatusSchema, deviceStatusSchema, findingSchema, presences, severities } from './status.ts'
import { bandVitals, systemVitals } from './vitals.ts'
import { bandStates, reportModes } from './words.ts'

/** The HTTP and WebSocket API: one schema for validation, for OpenAPI, for the page and for the command line. */

/** RFC 9457 problem details. `code` is stable; docs/errors.md lists every one. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  fields: z
    .array(z.object({ field: z.string(), message: z.string() }))
    .optional()
    .describe('what is wrong, field by field'),
})
export type Problem = z.infer<typeof problemSchema>

export const serialSchema = z.string().refine(isSerial, 'not a serial number')

// ---------- session ----------

export const signInSchema = z.strictObject({
  email: z.email().max(254),
  password: z.string().min(1).max(1024),
  code: z.string().max(20).optional().describe('of the second factor, or a recovery code'),
})
export const userSchema = z.object({
  id: z.number().int(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles).describe('in the organisation that the account belongs to'),
  organisation: z.object({ id: z.number().int(), name: z.string() }),
})
export type User = z.infer<typeof userSchema>
export const sessionSchema = z.object({
  user: userSchema,
  memberships: z
    .array(
      z.object({
        organisation: z.object({ id: z.number().int(), name: z.string(), kind: z.enum(organisationKinds) }),
        role: z.enum(roles),
      }),
    )
    .describe('what the person may do where; a role covers everything below its organisation'),
  expiresAt: isoMoment,
})
export type Session = z.infer<typeof sessionSchema>

// ---------- devices ----------

export const bandSummarySchema = bandStatusSchema.pick({
  band: true,
  enabled: true,
  state: true,
  gainSetDb: true,
  gainActualDb: true,
})
export type BandSummary = z.infer<typeof bandSummarySchema>

/** One row of the fleet table: registry and live state of a device, small enough to send hundreds. */
export const deviceSummarySchema = z.object({
  serial: z.string(),
  name: z.string(),
  model: z.string(),
  organisation: reference,
  site: reference.extend({ timeZone: z.string() }).nullable(),
  firmwareVersion: z.string().nullable(),
  presence: z.enum(presences),
  connected: z.boolean().nullable().describe('true while an MQTT connection is open; null if that cannot be known'),
  lastReportAt: isoMoment.nullable(),
  mode: z.enum(reportModes).nullable(),
  intervalSeconds: z.number().nullable(),
  severity: z.enum(severities),
  findings: z.array(findingSchema),
  boardCelsius: z.number().nullable(),
  worstBand: z
    .object({ band: z.string(), state: z.string(), gainReductionDb: z.number().nullable() })
    .nullable()
    .describe('the enabled band that delivers least of its set gain'),
  minimumIsolationMarginDb: z.number().nullable(),
  bands: z.array(bandSummarySchema),
  state: z.enum(deviceStates).describe('where it is in its life: manufactured, claimed, active, …'),
  tags: z.array(z.string()),
})
export type DeviceSummary = z.infer<typeof deviceSummarySchema>

export const deviceDetailSchema = deviceSummarySchema.extend({
  createdAt: isoMoment,
  site: reference
    .extend({
      timeZone: z.string(),
      address: z.string().nullable(),
      latitude: z.number().nullable(),
      longitude: z.number().nullable(),
    })
    .nullable(),
  connectedSince: isoMoment.nullable(),
})
export type DeviceDetail = z.infer<typeof deviceDetailSchema>

export const deviceSorts = [
  'severity',
  'serial',
  'name',
  'site',
  'lastReportAt',
  'boardCelsius',
  'minimumIsolationMarginDb',
] as const
export const deviceListQuerySchema = z.object({
  search: z.string().max(100).optional().describe('part of a serial, name, site, organisation or tag'),
  presence: anyOf(presences).describe('any of, comma-separated'),
  severity: anyOf(severities).describe('any of, comma-separated'),
  model: z.string().max(32).optional(),
  site: z.coerce.number().int().positive().optional(),
  organisation: z.coerce.number().int().positive().optional(),
  state: anyOf(deviceStates).describe('any of, comma-separated'),
  tag: z.string().max(40).optional(),
  minimumBoardCelsius: z.coerce.number().optional().describe('devices at least this hot'),
  maximumIsolationMarginDb: z.coerce
    .number()
    .optional()
    .describe('devices with at most this margin in their worst band'),
  band: z.string().max(8).optional().describe('devices with this band, e.g. B20; with bandState, in that state'),
  bandState: anyOf(bandStates).describe('devices with a band in any of these states, comma-separated'),
  sort: z.enum(deviceSorts).default('severity'),
  direction: z.enum(['ascending', 'descending']).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(500).optional().describe('nextCursor of the page before'),
})
export type DeviceListQuery = z.infer<typeof deviceListQuerySchema>

export const deviceListSchema = z.object({
  items: z.array(deviceSummarySchema),
  total: z.number().int().describe('how many devices match, on all pages'),
  nextCursor: z.string().nullable(),
})
export type DeviceList = z.infer<typeof deviceListSchema>

export const fleetSummarySchema = z.object({
  devices: z.number().int(),
  presence: z.record(z.enum(presences), z.number().int()),
  severity: z.record(z.enum(severities), z.number().int()),
  reportsPerSecond: z.number().describe('accepted reports, mean of the last 10 s'),
  oldestUnprocessedMs: z.number().describe('age of the oldest message no processor has announced yet; 0 if none waits'),
  lost: z.number().int().describe('messages expired unread plus the difference of the ledger'),
  at: isoMoment,
})
export type FleetSummary = z.infer<typeof fleetSummarySchema>

// ---------- history ----------

/** `boardCelsius` or, of a band, `B20.gainActualDb`. */
export const metricNames = { system: Object.keys(systemVitals), band: Object.keys(bandVitals) }
const metricPattern = /^(?:[a-zA-Z0-9]+|B\d{1,3}\.[a-zA-Z0-9]+)$/

export const historyQuerySchema = z.object({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  metrics: z
    .string()
    .max(2000)
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(z.string().regex(metricPattern)).min(1).max(64))
    .describe('comma-separated, e.g. boardCelsius,B20.gainActualDb'),
  points: z.coerce.number().int().min(10).max(5000).default(500).describe('at most this many points per series'),
})
export type HistoryQuery = z.infer<typeof historyQuerySchema>

// ---------- ledger and messages that were set aside ----------

const ledgerCounts = {
  appended: z.number().int().describe('queue entries ever appended'),
  stored: z.number().int(),
  duplicates: z.number().int().describe('repeats of a report that was stored before'),
  setAside: z.number().int(),
  expired: z.number().int().describe('dropped unread because they outlived the queue'),
  queued: z.number().int().describe('entries counted in the queue that history has not taken yet'),
}
export const ledgerSchema = z.object({
  ...ledgerCounts,
  difference: z.number().int().describe('appended - (stored + duplicates + setAside + expired + queued); 0 = balanced'),
  balanced: z.boolean(),
  partitions: z.array(z.object({ partition: z.number().int(), ...ledgerCounts, difference: z.number().int() })),
  oldestQueuedMs: z.number().describe('age of the oldest entry that history has not taken; 0 if none waits'),
  allowanceHours: z.number().nullable().describe('how long PostgreSQL may be away at the present rate'),
  at: isoMoment,
})
export type Ledger = z.infer<typeof ledgerSchema>

export const setAsideSchema = z.object({
  id: z.number().int(),
  serial: z.string().nullable(),
  reason: z.enum(rejectionReasons),
  detail: z.string(),
  receivedAt: isoMoment,
  setAsideAt: isoMoment,
  bytes: z.number().int(),
  payloadBase64: z.string(),
  replayedAt: isoMoment.nullable(),
})
export type SetAside = z.infer<typeof setAsideSchema>
export const setAsideListSchema = z.object({ items: z.array(setAsideSchema), nextCursor: z.string().nullable() })

// ---------- live, WebSocket /v1/live ----------

/** What a client may send. A later `watch` replaces the earlier one of the same `detail`. */
export const liveRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('watch'),
    detail: z.enum(['summary', 'status']),
    devices: z.array(serialSchema).max(500),
  }),
  z.object({ type: z.literal('fleet'), watch: z.boolean() }),
  z.object({ type: z.literal('alerts'), watch: z.boolean() }),
])
export type LiveRequest = z.infer<typeof liveRequestSchema>

/** What a client gets: at most 4 messages a second per device and detail, always the newest state. */
export const liveMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), serial: z.string(), status: deviceStatusSchema }),
  z.object({ type: z.literal('summary'), devices: z.array(deviceSummarySchema) }),
  z.object({ type: z.literal('fleet'), fleet: fleetSummarySchema }),
  z
    .object({
      type: z.literal('alert'),
      event: z.enum(alertChanges),
      device: z.object({ serialNumber: z.string() }),
      alert: alertSchema,
    })
    .describe('something happened to an incident'),
  z
    .object({ type: z.literal('alert-counts'), open: openCountsSchema, missed: z.boolean() })
    .describe(
      'open incidents by severity; `missed`: more happened than was sent since the last counts, read the list again',
    ),
  z.object({ type: z.literal('rights') }).describe('what the person may see or do has changed: ask for it again'),
  z.object({ type: z.literal('problem'), problem: problemSchema }),
])
export type LiveMessage = z.infer<typeof liveMessageSchema>
