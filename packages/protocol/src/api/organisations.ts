import { z } from 'zod'
import { type Permission, permissions } from '../permissions.ts'
import {
  isoMoment,
  latitude,
  line,
  longitude,
  namedPageQuery,
  ofOrganisation,
  optionalLine,
  pageOf,
  reference,
} from './common.ts'

/** Organisations and sites, `/v1/organisations` and `/v1/sites`. */
export const organisationKinds = ['manufacturer', 'reseller', 'customer'] as const

export const organisationSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  kind: z.enum(organisationKinds),
  parentId: z.number().int().nullable().describe('null at the top, and where the caller may not see the parent'),
  /** Counted in this organisation itself, not below it. */
  devices: z.number().int(),
  people: z.number().int(),
  sites: z.number().int(),
  createdAt: isoMoment,
})
export type OrganisationView = z.infer<typeof organisationSchema>
export const organisationListSchema = pageOf(organisationSchema)
export const organisationListQuerySchema = z.object({
  ...namedPageQuery,
  permission: z
    .enum(Object.keys(permissions) as [Permission, ...Permission[]])
    .optional()
    .describe('only those where the caller may do this'),
  isParent: z.enum(['true']).optional().describe('only those that can have others below them'),
})
export const newOrganisationSchema = z.strictObject({
  parentId: z.number().int().positive(),
  kind: z.enum(['reseller', 'customer']),
  name: line(120),
})
export type NewOrganisation = z.infer<typeof newOrganisationSchema>
export const organisationChangeSchema = z.strictObject({ name: line(120) })

/** An IANA time zone that this platform knows. */
export const timeZone = line(64).refine((zone) => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}, 'not an IANA time zone such as Europe/Brussels')

export const siteKinds = ['hospital', 'hotel', 'office', 'ship', 'rig', 'building'] as const
export const siteSchema = z.object({
  id: z.number().int(),
  organisation: reference,
  name: z.string(),
  kind: z.string(),
  timeZone: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  address: z.string().nullable(),
  devices: z.number().int(),
})
export type SiteView = z.infer<typeof siteSchema>
export const siteListSchema = pageOf(siteSchema)
export const siteListQuerySchema = z.object({ ...namedPageQuery, organisation: ofOrganisation })
export const newSiteSchema = z.strictObject({
  organisationId: z.number().int().positive(),
  name: line(120),
  kind: z.enum(siteKinds).default('building'),
  timeZone,
  latitude: latitude.nullable().default(null),
  longitude: longitude.nullable().default(null),
  address: optionalLine(300).default(''),
})
export type NewSite = z.input<typeof newSiteSchema>
export const siteChangeSchema = newSiteSchema
  .omit({ organisationId: true })
  .extend({
    kind: z.enum(siteKinds),
    latitude: latitude.nullable(),
    longitude: longitude.nullable(),
    address: optionalLine(300),
  })
  .partial()
export type SiteChange = z.infer<typeof siteChangeSchema>
