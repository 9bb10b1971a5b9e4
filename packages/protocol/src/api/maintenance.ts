import { z } from 'zod'
import { isoMoment, line, ofOrganisation, reference } from './common.ts'
import { timeZone } from './organisations.ts'

/** Maintenance windows, `/v1/maintenance-windows`: incidents that begin in one are recorded and nobody is told. */
export const windowRepeats = ['never', 'weekly'] as const
export const windowStates = ['planned', 'active', 'over'] as const

export const maintenanceWindowSchema = z.object({
  id: z.number().int(),
  organisation: reference,
  site: reference.nullable(),
  device: z.object({ serial: z.string(), name: z.string() }).nullable(),
  startsAt: isoMoment,
  endsAt: isoMoment,
  repeats: z.enum(windowRepeats).describe('weekly: at the same local time of its zone'),
  repeatsUntil: isoMoment.nullable().describe('nothing of it is after this moment; null = for ever'),
  timeZone: z.string(),
  reason: z.string(),
  createdBy: z.string(),
  createdAt: isoMoment,
  state: z.enum(windowStates),
})
export type MaintenanceWindow = z.infer<typeof maintenanceWindowSchema>
export const maintenanceListSchema = z.object({ items: z.array(maintenanceWindowSchema) })
export const maintenanceQuerySchema = z.object({
  organisation: ofOrganisation,
  state: z.enum(windowStates).optional(),
})

const moment = z.iso.datetime({ offset: true })
const facts = {
  startsAt: moment,
  endsAt: moment,
  repeats: z.enum(windowRepeats),
  repeatsUntil: moment.nullable(),
  timeZone,
  reason: line(300),
}
/** A window of an organisation and what is below it, of one of its sites, or of one of its devices. */
export const newWindowSchema = z.strictObject({
  organisationId: z.number().int().positive(),
  siteId: z.number().int().positive().nullable().default(null),
  serial: z.string().max(64).nullable().default(null),
  ...facts,
  repeats: facts.repeats.default('never'),
  repeatsUntil: facts.repeatsUntil.default(null),
})
export type NewWindow = z.input<typeof newWindowSchema>
export const windowChangeSchema = z.strictObject(facts).partial()
export type WindowChange = z.infer<typeof windowChangeSchema>
