import { z } from 'zod'
import { alertRuleSchema, alertSeverities, ruleIdPattern } from '../alerts/rule.ts'
import { ruleCheckSchema } from './alert-rules.ts'
import { isoMoment } from './common.ts'

/** Backtests, `POST /v1/alert-rules/backtest`: what a rule, and variants of it, would have raised in the past. */
const moment = z.iso.datetime({ offset: true })
const dayMs = 86_400_000
export const longestBacktestMs = 90 * dayMs
const longestHoldMs = 7 * dayMs
const mostVariants = 12

export const backtestRequestSchema = ruleCheckSchema.extend({
  replaces: z
    .string()
    .regex(ruleIdPattern)
    .optional()
    .describe('the id of the rule that `rule` is a new version of: its incidents are those that somebody acted on'),
  model: z.string().min(1).max(64).optional().describe('only devices of this model'),
  from: moment.optional().describe('30 days before `to` unless it is said'),
  to: moment.optional().describe('now unless it is said; at most 90 days after `from`'),
  holdsMs: z
    .array(z.number().int().min(0).max(longestHoldMs))
    .max(mostVariants)
    .optional()
    .describe('other holds of raising to try; without it and `thresholds` usual ones are tried'),
  thresholds: z
    .array(z.number())
    .max(mostVariants)
    .optional()
    .describe('other thresholds to try, of the least severe level; the other levels move with it'),
})
export type BacktestRequest = z.input<typeof backtestRequestSchema>

export const backtestFiringSchema = z.object({
  serial: z.string(),
  name: z.string(),
  subject: z.string().nullable(),
  severity: z.enum(alertSeverities).describe('the worst level that it reached'),
  raisedAt: isoMoment,
  clearedAt: isoMoment.nullable().describe('null = still raised at the end'),
  peak: z.number().nullable().describe('the worst value; null for events'),
  heeded: z.boolean().describe('somebody took care of an incident of the rule in its time'),
})

export const backtestVariantSchema = z.object({
  kind: z.enum(['rule', 'hold', 'threshold']),
  value: z
    .number()
    .nullable()
    .describe('ms for a hold, the unit of the rule for a threshold; null = the rule as it is'),
  firings: z.number().int().describe('how often it would have been raised'),
  devices: z.number().int().describe('on how many devices'),
  raisedMs: z.number().int().describe('how long it would have been raised, all devices together'),
  missed: z.number().int().describe('of `heeded`: those in whose time it would not have been raised'),
  longest: z
    .array(backtestFiringSchema)
    .describe('the 50 that lasted longest, longest first; none of the rule as it is, whose are in `firings`'),
})

export const backtestResultSchema = z.object({
  type: z.literal('result'),
  rule: alertRuleSchema,
  from: isoMoment,
  to: isoMoment,
  devices: z.number().int().describe('devices that were looked at'),
  reportingDevices: z.number().int().describe('those of them that have reports in that time'),
  reports: z.number().int(),
  heeded: z
    .number()
    .int()
    .describe('incidents of the rule in that time that somebody acknowledged, commented or was given'),
  firingsPerDeviceMonth: z.number().describe('of the devices with reports; a month is 30 days'),
  longestMs: z.number().int().describe('the longest firing'),
  variants: z.array(backtestVariantSchema).describe('the rule as it is first'),
  severities: z.partialRecord(z.enum(alertSeverities), z.number().int()).describe('firings by the worst level'),
  days: z.array(z.object({ day: z.string().describe('UTC'), firings: z.number().int() })),
  worstDevices: z
    .array(z.object({ serial: z.string(), name: z.string(), firings: z.number().int(), raisedMs: z.number().int() }))
    .describe('at most 20, most firings first'),
  firings: z
    .array(
      backtestFiringSchema.extend({
        keptBy: z.array(z.number().int()).describe('of `variants`, by index: those raised in its time too'),
      }),
    )
    .describe('the 50 that lasted longest, longest first'),
})
export type BacktestResult = z.infer<typeof backtestResultSchema>
export type BacktestVariant = BacktestResult['variants'][number]
export type BacktestFiring = z.infer<typeof backtestFiringSchema>

export const backtestProgressSchema = z.object({
  type: z.literal('progress'),
  share: z.number().describe('0 to 1'),
  until: isoMoment.describe('up to here everything has been looked at'),
  reports: z.number().int(),
  firings: z.number().int(),
})
export type BacktestProgress = z.infer<typeof backtestProgressSchema>

/** The lines of the answer: progress, then the result, or the problem that ended it. */
export const backtestLineSchema = z.discriminatedUnion('type', [
  backtestProgressSchema,
  backtestResultSchema,
  z.object({ type: z.literal('problem'), code: z.string(), detail: z.string() }),
])
export type BacktestLine = z.infer<typeof backtestLineSchema>
