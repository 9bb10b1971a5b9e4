import { z } from 'zod'
import { isoMoment, line, newPassword } from './common.ts'

/** One's own account: `/v1/me`. */
export const accountSchema = z.object({
  email: z.string(),
  name: z.string(),
  hasPassword: z.boolean(),
  secondFactor: z.object({ enabled: z.boolean(), recoveryCodesLeft: z.number().int() }),
  /** Until when sensitive changes need no further proof; null = they need it now. */
  provenUntil: isoMoment.nullable(),
})
export type Account = z.infer<typeof accountSchema>
export const accountChangeSchema = z.strictObject({ name: line(120) })
/** Proves again that it is you, for sensitive changes within the next minutes. */
export const proofSchema = z.strictObject({
  password: z.string().min(1).max(1024).optional(),
  code: z.string().max(20).optional().describe('of the second factor, if there is one'),
})
/** Asks for a proof that is not older than a few minutes, else `proof-required`. Ends every other session. */
export const passwordChangeSchema = z.strictObject({ password: newPassword })

export const ownSessionSchema = z.object({
  id: z.string().describe('to end it; not the token'),
  isThisOne: z.boolean(),
  createdAt: isoMoment,
  lastUsedAt: isoMoment,
  address: z.string(),
  agent: z.string().describe('the browser, as it names itself'),
})
export type OwnSession = z.infer<typeof ownSessionSchema>
export const ownSessionListSchema = z.object({ items: z.array(ownSessionSchema) })

/** Time-based one-time passwords [RFC 6238]: begin, scan, confirm with a first code. */
export const secondFactorSetUpSchema = z.object({
  secret: z.string().describe('Base32, for typing'),
  uri: z.string().describe('otpauth://, for the QR code'),
})
export const secondFactorConfirmationSchema = z.strictObject({ code: z.string().regex(/^\d{6}$/) })
export const recoveryCodesSchema = z.object({ codes: z.array(z.string()).describe('shown once') })
/** What signing in may answer before there is a session: 401 `second-factor-required`. */
export const signInMethodsSchema = z.object({
  password: z.boolean(),
  openIdConnect: z.object({ name: z.string(), url: z.string() }).nullable(),
})
export type SignInMethods = z.infer<typeof signInMethodsSchema>
