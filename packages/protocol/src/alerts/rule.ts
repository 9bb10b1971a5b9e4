import { z } from 'zod'
import { line, optionalLine } from '../api/common.ts'
import { learnableMeasures, measureNames } from './measures.ts'

/** Least first. Critical: service lost or hardware at risk; major: act the same day; minor: look into it; warning: know it. */
export const alertSeverities = ['warning', 'minor', 'major', 'critical'] as const
export type AlertSeverity = (typeof alertSeverities)[number]

/** Classes of ITU-T X.733. */
export const alertClasses = ['communication', 'quality', 'processing', 'equipment', 'environment'] as const
export type AlertClass = (typeof alertClasses)[number]

/** How often a lasting alert reminds people. */
export const recurrences = ['never', 'every-4-hours', 'daily', 'weekly', 'monthly'] as const
export type Recurrence = (typeof recurrences)[number]

/** What a report tells by being different from the one before. */
export const alertEvents = ['restarted', 'settings-changed', 'firmware-changed'] as const
export type AlertEventName = (typeof alertEvents)[number]

const direction = z.enum(['above', 'below'])
const measureName = z.enum(measureNames)

export const looksAtSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('measure'), measure: measureName, is: direction }),
  z
    .strictObject({ kind: z.literal('difference'), measure: measureName, minus: measureName, is: direction })
    .describe('`measure` minus `minus`, of the same report and subject'),
  z.strictObject({ kind: z.literal('silence') }).describe('thresholds are minutes without a report'),
  z.strictObject({ kind: z.literal('event'), event: z.enum(alertEvents) }).describe('has no thresholds'),
  z
    .strictObject({ kind: z.literal('baseline'), measure: z.enum(learnableMeasures) })
    .describe('thresholds are dB below the own normal of working hours'),
])
export type LooksAt = z.infer<typeof looksAtSchema>

const dayMs = 86_400_000
const holdSchema = z
  .strictObject({
    holdMs: z
      .number()
      .int()
      .min(0)
      .max(31 * dayMs),
    samples: z.number().int().min(1).max(1000),
  })
  .describe('max(time, samples): both must have passed')
export type Hold = z.infer<typeof holdSchema>

export const ruleLevelSchema = z.strictObject({
  severity: z.enum(alertSeverities),
  raiseAt: z.number(),
  clearAt: z.number().describe('the value must be on the good side of it to clear'),
  raise: holdSchema.optional().describe("if this level's hold differs from the rule's"),
})
export type RuleLevel = z.infer<typeof ruleLevelSchema>

/** A guard: the rule looks at a subject only while this holds; else it counts as cleared. */
export const guardSchema = z.strictObject({ measure: measureName, is: direction, than: z.number() })
export type Guard = z.infer<typeof guardSchema>

export const ruleIdPattern = /^[a-z][a-z0-9-]{1,47}$/

/** A rule as it holds for one device: the catalogue's, or one of an organisation's own, with overrides laid over it. */
export const alertRuleSchema = z.strictObject({
  id: z.string().regex(ruleIdPattern),
  name: line(80),
  class: z.enum(alertClasses),
  looksAt: looksAtSchema,
  levels: z.array(ruleLevelSchema).min(1).max(4).describe('least severe first'),
  raise: holdSchema,
  clear: holdSchema,
  throttleMs: z
    .number()
    .int()
    .min(0)
    .max(31 * dayMs)
    .describe('the same alert is announced once in this time'),
  recurrence: z.enum(recurrences).describe('how often people are reminded while it lasts'),
  recurrenceEndsAfterMs: z
    .number()
    .int()
    .min(0)
    .max(366 * dayMs)
    .describe('reminders stop then'),
  onlyBands: z
    .array(z.string().regex(/^B\d{1,3}$/))
    .max(32)
    .optional(),
  onlyWhile: z.array(guardSchema).max(4).optional(),
  hiddenBy: z
    .array(z.string().regex(ruleIdPattern))
    .max(16)
    .optional()
    .describe(
      'while one of these is raised on the device (on the same band if both have bands), this one joins it unannounced',
    ),
  enabled: z.boolean(),
  advice: optionalLine(300).describe('what to do next'),
  basis: optionalLine(300).describe('why these defaults, and from where'),
})
export type AlertRule = z.infer<typeof alertRuleSchema>

/** What an override may change of a rule. Absent = as it was. */
export const ruleChangesSchema = alertRuleSchema
  .pick({
    levels: true,
    raise: true,
    clear: true,
    throttleMs: true,
    recurrence: true,
    recurrenceEndsAfterMs: true,
    onlyBands: true,
    enabled: true,
  })
  .partial()
  .strict()
export type RuleChanges = z.infer<typeof ruleChangesSchema>

/** Where an override holds; the later in this list, the closer to the device and the stronger. */
export const overrideScopes = ['model', 'organisation', 'site', 'device'] as const
export type OverrideScope = (typeof overrideScopes)[number]
