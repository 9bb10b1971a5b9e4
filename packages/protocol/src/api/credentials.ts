import { z } from 'zod'
import { isoMoment } from './common.ts'

/** What devices sign in with: `/v1/registry/devices/:serial/credentials`. */
export const credentialKinds = ['secret', 'certificate'] as const
export const credentialSchema = z.object({
  id: z.number().int(),
  kind: z.enum(credentialKinds),
  createdAt: isoMoment,
  expiresAt: isoMoment.nullable().describe('of the older one of two, or of the certificate'),
  lastUsedAt: isoMoment.nullable(),
  isKnownToEarlierOwner: z
    .boolean()
    .describe('it was shown to people who have given the device away since; it ends within a day of that'),
  isClaimOnly: z.boolean().describe('good for nothing but fetching a new secret in the claim identity'),
  fingerprint: z.string().nullable().describe("SHA-256 of a certificate's public key, hexadecimal"),
})
export type Credential = z.infer<typeof credentialSchema>
export const credentialListSchema = z.object({ items: z.array(credentialSchema) })
/** Adds one; the one before stays valid until the new one is used first, 24 h at most. */
export const newCredentialSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('secret') }),
  z.strictObject({ kind: z.literal('certificate'), certificatePem: z.string().max(20_000) }),
])
export const createdCredentialSchema = credentialSchema.extend({ secret: z.string().nullable().describe('shown once') })
