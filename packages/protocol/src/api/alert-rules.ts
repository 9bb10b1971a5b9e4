import { z } from 'zod'
import { alertRuleSchema, overrideScopes, ruleChangesSchema } from '../alerts/rule.ts'
import { isoMoment, ofOrganisation, reference } from './common.ts'

/** Rules and their overrides: `/v1/alert-rules`. */
export const ruleOverrideSchema = z.object({
  scope: z.enum(overrideScopes),
  scopeId: z.string().describe('model name, organisation id, site id or serial number'),
  scopeName: z.string().nullable().describe('null where the caller may not see the organisation'),
  changes: ruleChangesSchema,
  version: z.number().int(),
  changedAt: isoMoment,
  changedBy: z.string().nullable().describe('null where the caller may not see the organisation'),
  devices: z.number().int().describe('how many devices of the caller it reaches'),
})
export type RuleOverrideView = z.infer<typeof ruleOverrideSchema>

export const ruleViewSchema = z.object({
  rule: alertRuleSchema.describe('as it holds at the place that was asked for'),
  base: alertRuleSchema.describe('without overrides'),
  owner: reference
    .nullable()
    .describe('whose own rule it is; null = of the catalogue, or of an organisation above that the caller may not see'),
  isOwn: z.boolean().describe('false = of the catalogue'),
  version: z.number().int().describe('0 = of the catalogue'),
  changedAt: isoMoment.nullable(),
  changedBy: z.string().nullable(),
  applied: z.array(z.enum(overrideScopes)).describe('whose overrides make up `rule`, the farthest first'),
  overrides: z.array(ruleOverrideSchema).describe('every one that the caller may see, or that holds for them'),
  devices: z.number().int().describe('devices of the place for which it is switched on'),
})
export type RuleView = z.infer<typeof ruleViewSchema>
export const ruleListSchema = z.object({
  items: z.array(ruleViewSchema),
  devices: z.number().int().describe('devices of the place that was asked for'),
})
export type RuleList = z.infer<typeof ruleListSchema>

/** At most one of them: the place whose rules are asked for; none = the catalogue as it is. */
export const rulePlaceSchema = z.object({
  organisation: ofOrganisation,
  site: z.coerce.number().int().positive().optional(),
  device: z.string().max(64).optional(),
})
export type RulePlace = z.infer<typeof rulePlaceSchema>

export const ruleIdParameter = z.object({ id: z.string().max(64) })
export const overrideParameter = z.object({
  id: z.string().max(64),
  scope: z.enum(overrideScopes),
  scopeId: z.string().min(1).max(64),
})

/** A rule as people write it. It is looked at as a whole by the check of rules, which names every field that is wrong. */
const writtenRule = z
  .record(z.string(), z.unknown())
  .describe('an AlertRule as `GET /v1/alert-rules` shows it, without `id`')
export const newRuleSchema = z.strictObject({ organisationId: z.number().int().positive(), rule: writtenRule })
export const ruleReplacementSchema = z.strictObject({ rule: writtenRule })
export const overrideBodySchema = z.strictObject({
  changes: z.record(z.string(), z.unknown()).describe('some of levels, raise, clear, throttleMs, enabled, …'),
})

export const ruleCheckSchema = z.strictObject({
  rule: writtenRule.optional().describe('a rule of one’s own'),
  id: z.string().max(64).optional().describe('or a rule that is there, with `changes` laid over it'),
  changes: z.record(z.string(), z.unknown()).optional(),
  place: rulePlaceSchema.strict().default({}),
})
export type RuleCheck = z.infer<typeof ruleCheckSchema>

export const ruleProblemSchema = z.object({ field: z.string(), message: z.string() })
export const ruleCheckResultSchema = z.object({
  valid: z.boolean(),
  problems: z.array(ruleProblemSchema),
  preview: z
    .object({
      devices: z.number().int().describe('devices of the place that have reported'),
      holdsOn: z.number().int().describe('on so many of them the latest report meets it, without regard to holds'),
      examples: z.array(
        z.object({
          serial: z.string(),
          name: z.string(),
          subject: z.string().nullable(),
          severity: z.string(),
          value: z.number().nullable(),
        }),
      ),
    })
    .nullable()
    .describe('null if it is not valid, or looks at what one report cannot tell: events and the own normal'),
})
export type RuleCheckResult = z.infer<typeof ruleCheckResultSchema>
