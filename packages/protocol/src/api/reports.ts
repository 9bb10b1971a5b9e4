import { z } from 'zod'
import { alertSeverities } from '../alerts/rule.ts'
import { isoMoment, reference } from './common.ts'

/** The monthly report of a customer, `/v1/reports/monthly`. A month is one of UTC. */
export const monthlyQuerySchema = z.object({
  organisation: z.coerce.number().int().positive(),
  month: z
    .string()
    .regex(/^20\d{2}-(0[1-9]|1[0-2])$/)
    .describe('e.g. 2026-11'),
})

const seconds = z.number().int().nullable().describe('median in seconds; null if there was none')
export const monthlyReportSchema = z.object({
  organisation: reference,
  month: z.string(),
  from: isoMoment,
  to: isoMoment.describe('the end of the month, or now'),
  devices: z.number().int().describe('devices that were theirs at some time of the month'),
  availabilityPercent: z
    .number()
    .nullable()
    .describe('share of their time in which devices were heard; silence of less than the rule allows does not count'),
  incidents: z.number().int().describe('raised in the month; those that another explains are not counted'),
  bySeverity: z.record(z.enum(alertSeverities), z.number().int()).describe('the one that each of them had last'),
  secondsToAcknowledge: seconds,
  secondsToClear: seconds,
  byRule: z.array(
    z.object({
      rule: z.string(),
      ruleName: z.string(),
      severity: z.enum(alertSeverities).describe('the highest'),
      incidents: z.number().int(),
      devices: z.number().int(),
      secondsToAcknowledge: seconds,
      secondsToClear: seconds,
    }),
  ),
  worstDevices: z
    .array(
      z.object({ serial: z.string(), name: z.string(), availabilityPercent: z.number(), silentSeconds: z.number() }),
    )
    .describe('the ten that were silent longest'),
  worstBands: z
    .array(
      z.object({
        serial: z.string(),
        name: z.string(),
        band: z.string(),
        incidents: z.number().int(),
        seconds: z.number().int().describe('for which one of them lasted in the month'),
      }),
    )
    .describe('the ten bands with the longest incidents'),
})
export type MonthlyReport = z.infer<typeof monthlyReportSchema>
