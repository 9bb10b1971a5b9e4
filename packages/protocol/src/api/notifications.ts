import { z } from 'zod'
import { alertClasses, alertSeverities, ruleIdPattern } from '../alerts/rule.ts'
import { isoMoment, reference } from './common.ts'
import { timeZone } from './organisations.ts'

/** What people are told of and how: `/v1/me/notifications`. */
export const bundleFrequencies = ['at-once', 'hourly', 'every-4-hours', 'daily'] as const
export const notificationChannels = ['email', 'sms'] as const
export type NotificationChannel = (typeof notificationChannels)[number]

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .describe('local, "07:30"')
const ids = z.array(z.number().int().positive()).max(200)

const quietHoursSchema = z.strictObject({
  from: timeOfDay,
  to: timeOfDay.describe('earlier than `from` = the next day'),
  holdCritical: z.boolean().describe('false: critical alerts come all the same'),
})

export const notificationPreferencesSchema = z
  .strictObject({
    leastSeverity: z.enum(alertSeverities),
    classes: z.array(z.enum(alertClasses)).max(alertClasses.length).describe('none of these and no rules = all'),
    rules: z.array(z.string().regex(ruleIdPattern)).max(100).describe('in addition to the classes'),
    organisations: ids.describe('only these and what is below them; none of these and no sites = all'),
    sites: ids.describe('in addition to the organisations'),
    email: z.boolean(),
    sms: z.boolean(),
    phone: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'expected an international number such as +3225550100')
      .nullable(),
    smsFrom: z.enum(alertSeverities).describe('the least severity that is worth a text message'),
    atOnceFrom: z
      .enum(alertSeverities)
      .nullable()
      .describe(
        'from this severity on within 30 s, critical ones within 10 s, grouped; null = everything waits for the next bundle',
      ),
    frequency: z.enum(bundleFrequencies).describe('of everything else'),
    dailyAt: timeOfDay.describe('of the daily bundle'),
    timeZone,
    quietHours: quietHoursSchema.nullable(),
    reminders: z
      .enum(['rule', 'never'])
      .describe("how often a lasting alert comes again: the rule's recurrence, or never"),
    dailyCap: z
      .number()
      .int()
      .min(1)
      .max(500)
      .describe('messages a day and channel; what is more waits until the next day'),
    monthlyReport: z
      .boolean()
      .describe('by e-mail on the first of the month; of what is below `organisations`, if there are any'),
  })
  .refine(({ sms, phone }) => !sms || phone !== null, { path: ['phone'], message: 'is needed for text messages' })
export type NotificationPreferences = z.infer<typeof notificationPreferencesSchema>

/**
 * Of whoever never chose: what must be acted on the same day at once, everything else once a day. The monthly report goes to those of
 * them who administer a customer.
 */
export const defaultNotificationPreferences: NotificationPreferences = {
  leastSeverity: 'warning',
  ...{ classes: [], rules: [], organisations: [], sites: [] },
  ...{ email: true, sms: false, phone: null, smsFrom: 'critical' },
  ...{ atOnceFrom: 'major', frequency: 'daily', dailyAt: '08:00', timeZone: 'UTC', quietHours: null },
  ...{ reminders: 'rule', dailyCap: 50, monthlyReport: false },
}

export const ownNotificationsSchema = z.object({
  preferences: notificationPreferencesSchema,
  isDefault: z.boolean().describe('true: the person never chose'),
  email: z.string(),
  emailProblem: z.string().nullable().describe('why mails to the address are not sent any more; a test tries again'),
})
export type OwnNotifications = z.infer<typeof ownNotificationsSchema>

export const deliveryOutcomes = ['sent', 'delivered', 'outbox', 'failed'] as const
export const deliverySchema = z.object({
  id: z.number().int(),
  at: isoMoment,
  channel: z.enum(notificationChannels),
  recipient: z.string(),
  subject: z.string(),
  alerts: z.number().int().describe('how many it tells of'),
  outcome: z
    .enum(deliveryOutcomes)
    .describe('outbox: there is no server, it can be read there; delivered: the gateway says that the phone has it'),
  failure: z.string().nullable(),
})
export type NotificationDelivery = z.infer<typeof deliverySchema>
export const deliveryListSchema = z.object({ items: z.array(deliverySchema) })

/** Who is told next while nobody acknowledges: `/v1/organisations/{id}/escalation`. */
const afterMinutes = z.number().int().min(1).max(10_080).describe('since the incident was raised')
export const escalationSchema = z.object({
  steps: z.array(
    z.object({ person: reference.nullable().describe('null = the caller may not see them'), afterMinutes }),
  ),
  possible: z.array(reference).describe('who may be put on the list: people who see the organisation'),
})
export type Escalation = z.infer<typeof escalationSchema>
export const escalationChangeSchema = z.strictObject({
  steps: z
    .array(z.strictObject({ userId: z.number().int().positive(), afterMinutes }))
    .max(20)
    .refine(
      (steps) => steps.every((step, index) => index === 0 || step.afterMinutes > (steps[index - 1]?.afterMinutes ?? 0)),
      {
        message: 'each step comes later than the one before',
      },
    ),
})
export type EscalationChange = z.infer<typeof escalationChangeSchema>

/** Below `/v1`: where the gateway for text messages says what became of one; the bundle is in its address. */
export const smsStatusPath = '/sms/status'
export const smsStatusQuerySchema = z.object({ delivery: z.uuid() })
