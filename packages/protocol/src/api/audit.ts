import { z } from 'zod'
import { isoMoment, pageQuery, reference } from './common.ts'

/** Who did what, `/v1/audit` (JSON) and `/v1/audit.csv`. */
export const auditEventSchema = z.object({
  id: z.number().int(),
  at: isoMoment,
  organisation: reference,
  actor: z.string(),
  address: z.string().nullable(),
  action: z.string().describe('what was done, e.g. device.claimed'),
  objectKind: z.string(),
  objectId: z.string(),
  before: z.unknown().nullable(),
  after: z.unknown().nullable(),
})
export type AuditEventView = z.infer<typeof auditEventSchema>
export const auditListSchema = z.object({ items: z.array(auditEventSchema), nextCursor: z.string().nullable() })
export const auditQuerySchema = z.object({
  ...pageQuery,
  organisation: z.coerce.number().int().positive().optional(),
  action: z.string().max(64).optional(),
  objectKind: z.string().max(32).optional(),
  objectId: z.string().max(64).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
})
