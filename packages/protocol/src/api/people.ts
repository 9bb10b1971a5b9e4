import { z } from 'zod'
import { roles } from '../permissions.ts'
import { isoMoment, line, namedPageQuery, newPassword, ofOrganisation, pageOf, pageQuery, reference } from './common.ts'

/** People, invitations and password resets: `/v1/people`, `/v1/invitations`, `/v1/password-resets`. */
export const membershipSchema = z.object({ organisation: reference, role: z.enum(roles) })

export const personSchema = z.object({
  id: z.number().int(),
  email: z.string(),
  name: z.string(),
  organisation: reference.describe('the one that the account belongs to, whose administrators look after it'),
  isGuest: z
    .boolean()
    .describe(
      'the account belongs elsewhere, where the caller sees nothing: `organisation` is then the first one they share',
    ),
  memberships: z.array(membershipSchema).describe('those that the caller may see'),
  disabled: z.boolean(),
  hasSecondFactor: z.boolean(),
  lastSignInAt: isoMoment.nullable(),
  createdAt: isoMoment,
})
export type Person = z.infer<typeof personSchema>
export const personListSchema = pageOf(personSchema)
/** For the people and the invitations. */
export const personListQuerySchema = z.object({ ...namedPageQuery, organisation: ofOrganisation })
export const personChangeSchema = z.strictObject({ name: line(120), disabled: z.boolean() }).partial()
export type PersonChange = z.infer<typeof personChangeSchema>
export const membershipChangeSchema = z.strictObject({ role: z.enum(roles) })
export const membershipParameters = z.object({
  id: z.coerce.number().int().positive(),
  organisationId: z.coerce.number().int().positive(),
})

export const newInvitationSchema = z.strictObject({
  email: z.email().max(254),
  organisationId: z.number().int().positive(),
  role: z.enum(roles),
})
export type NewInvitation = z.infer<typeof newInvitationSchema>
export const invitationSchema = z.object({
  id: z.number().int(),
  email: z.string(),
  organisation: reference,
  role: z.enum(roles),
  invitedBy: z.string(),
  createdAt: isoMoment,
  expiresAt: isoMoment,
})
export type Invitation = z.infer<typeof invitationSchema>
export const invitationListSchema = pageOf(invitationSchema)
/** `link` is there only where no mail server is set: then whoever invites hands it over. */
export const createdInvitationSchema = invitationSchema.extend({ link: z.string().nullable() })

/** Public: what the holder of an invitation's link sees, and does. A wrong, used or expired token is `link-invalid`. */
export const linkTokenSchema = z.strictObject({ token: z.string().min(20).max(200) })
export const invitationPreviewSchema = z.object({
  email: z.string(),
  organisation: z.string(),
  role: z.enum(roles),
  hasAccount: z.boolean().describe('then the invitation is accepted with the password of the account'),
})
export const invitationAcceptanceSchema = linkTokenSchema.extend({
  name: line(120).optional().describe('needed for a new account'),
  password: z.string().min(1).max(256).describe('a new account: the chosen one; an existing one: its own'),
  code: z.string().max(20).optional().describe('of the second factor of an existing account, if it has one'),
})
/** Public; the answer never tells whether there is such an account. */
export const passwordResetRequestSchema = z.strictObject({ email: z.email().max(254) })
export const passwordResetSchema = linkTokenSchema.extend({ password: newPassword })

/** Mails that were sent or wait, `/v1/outbox`. For the manufacturer's administrators. */
export const outboxKinds = ['account', 'alerts', 'sms', 'report'] as const
export type OutboxKind = (typeof outboxKinds)[number]
export const outboxQuerySchema = z.object({
  ...pageQuery,
  kind: z.enum(outboxKinds).optional(),
})
export const outboxMailSchema = z.object({
  id: z.number().int(),
  kind: z
    .enum(outboxKinds)
    .describe(
      'of accounts and links, of alerts, a text message, whose recipient is a phone number, or a monthly report',
    ),
  recipient: z.string(),
  subject: z.string(),
  text: z.string().describe('empty where a mail server is set: whoever reads a mail holds the link in it'),
  hasHtml: z.boolean().describe('true: `GET /v1/outbox/{id}/html` shows it as its reader sees it'),
  state: z.enum(['waiting', 'sent', 'failed']),
  attempts: z.number().int(),
  failure: z.string().nullable().describe('what the mail server said last'),
  createdAt: isoMoment,
  sentAt: isoMoment.nullable(),
})
export type OutboxMailView = z.infer<typeof outboxMailSchema>
export const outboxSchema = z.object({
  items: z.array(outboxMailSchema),
  nextCursor: z.string().nullable().describe('null on the last page'),
  hasMailServer: z.boolean().describe('false = nothing is sent: hand the links over yourself'),
})
