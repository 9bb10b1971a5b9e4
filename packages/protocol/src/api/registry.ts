import { z } from 'zod'
import { isSerial } from '../serial.ts'
import { isoMoment, latitude, line, longitude, optionalLine, pageQuery, paragraph, reference } from './common.ts'

/** The registry of devices: `/v1/registry/…`. Live state is at `/v1/devices`. */
export const deviceStates = ['manufactured', 'claimed', 'active', 'suspended', 'revoked', 'retired'] as const
export type DeviceLifeState = (typeof deviceStates)[number]

export const tag = line(40).regex(/^[^,;]+$/, 'no comma or semicolon')
export const tags = z.array(tag).max(20)

export const registryDeviceSchema = z.object({
  serial: z.string(),
  name: z.string(),
  model: z.string(),
  state: z.enum(deviceStates),
  stateChangedAt: isoMoment,
  organisation: reference,
  site: reference.nullable(),
  location: z.string().describe('where in the building, in words'),
  latitude: z.number().nullable().describe("the device's own position; else its site's counts"),
  longitude: z.number().nullable(),
  tags: z.array(z.string()),
  notes: z.string(),
  createdAt: isoMoment,
  activatedAt: isoMoment.nullable(),
})
export type RegistryDeviceView = z.infer<typeof registryDeviceSchema>

export const deviceChangeSchema = z
  .strictObject({
    name: line(120),
    siteId: z.number().int().positive().nullable().describe('a site of the same organisation'),
    location: optionalLine(200),
    latitude: latitude.nullable(),
    longitude: longitude.nullable(),
    tags,
    notes: paragraph(4000),
  })
  .partial()
export type DeviceChange = z.infer<typeof deviceChangeSchema>

/** A device comes into the registry where it is made: for the manufacturer's people. */
export const newDeviceSchema = z.strictObject({
  serial: z.string().refine(isSerial, 'not a serial number'),
  model: z.string().max(32),
  organisationId: z.number().int().positive(),
  siteId: z.number().int().positive().nullable().default(null),
  name: line(120).optional().describe('the serial unless given'),
})
export const createdDeviceSchema = registryDeviceSchema.extend({ secret: z.string().describe('shown once') })

/** Suspend and activate again, revoke, retire. */
export const stateChangeSchema = z.strictObject({ state: z.enum(['active', 'suspended', 'revoked', 'retired']) })

export type StateChange = z.infer<typeof stateChangeSchema>

export const transferSchema = z.strictObject({
  organisationId: z.number().int().positive(),
  siteId: z.number().int().positive().nullable().default(null),
})

/** 80 bits as 16 Crockford Base32 characters in four groups, e.g. "7K3M-9QZX-2B4H-W8DE". Case and dashes do not count. */
export const claimCodePattern = /^[0-9A-HJKMNP-TV-Z]{4}(?:-?[0-9A-HJKMNP-TV-Z]{4}){3}$/i
export const claimCodeSchema = z.object({
  serial: z.string(),
  code: z.string().describe('shown once'),
  expiresAt: isoMoment,
})
/** Every failure answers alike, `claim-refused`: unknown serial, wrong code, used, expired, locked, somebody else's. */
export const claimSchema = z.strictObject({
  serial: z.string().refine(isSerial, 'not a serial number'),
  code: z.string().regex(claimCodePattern),
  organisationId: z.number().int().positive(),
  siteId: z.number().int().positive().nullable().default(null),
  name: line(120).optional(),
})

/** `POST /v1/registry/import?organisation=&dryRun=true`, text/csv with a head line; answers with every bad line. */
export const importQuerySchema = z.object({
  organisation: z.coerce.number().int().positive(),
  dryRun: z.enum(['true', 'false']).default('true'),
})
export const exportQuerySchema = z.object({
  organisation: z.coerce.number().int().positive().optional().describe('of this one only, to be imported again'),
})
/** The columns of a device list as CSV; an import takes them in any order and may leave all but the serial out. */
export const deviceCsvColumns = [
  'serial',
  'model',
  'name',
  'site',
  'location',
  'latitude',
  'longitude',
  'tags',
  'notes',
] as const
export type DeviceCsvColumn = (typeof deviceCsvColumns)[number]
export const importReportSchema = z.object({
  dryRun: z.boolean(),
  lines: z.number().int(),
  added: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  problems: z.array(
    z.object({ line: z.number().int(), column: z.string().nullable(), value: z.string(), problem: z.string() }),
  ),
})
export type ImportReport = z.infer<typeof importReportSchema>

export const deviceEventQuerySchema = z.object(pageQuery)

/** What happened to a device, newest first; a part of the audit log that everybody may read who may see the device. */
export const deviceEventSchema = z.object({
  at: isoMoment,
  actor: z.string(),
  action: z.string(),
  before: z.unknown().nullable(),
  after: z.unknown().nullable(),
})
export const deviceEventListSchema = z.object({ items: z.array(deviceEventSchema), nextCursor: z.string().nullable() })
