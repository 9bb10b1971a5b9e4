import { catalogue, type DevicePlace, effectiveRules } from '@stellacontrol/alerts'
import {
  findDeviceRecord,
  findOrganisation,
  findSite,
  listOverrides,
  listOwnRules,
  type OwnRule,
  organisationPaths,
  type Queries,
  type StoredOverride,
} from '@stellacontrol/database'
import type { AlertRule, RulePlace } from '@stellacontrol/protocol'
import type { FleetDevice } from '../fleet/fleet-device.ts'
import { ApiProblem } from '../http/problem.ts'
import type { Access } from '../session/access.ts'

/** Every rule and override that somebody may see, or that holds for them. */
export interface RuleBook {
  rules: { rule: AlertRule; own: OwnRule | undefined }[]
  overrides: StoredOverride[]
}

export async function readRuleBook(queries: Queries): Promise<RuleBook> {
  const own = await listOwnRules(queries)
  const rules = [
    ...catalogue.map((rule) => ({ rule, own: undefined })),
    ...own.map((one) => ({ rule: one.rule, own: one })),
  ]
  return { rules, overrides: await listOverrides(queries) }
}

/** The rules that hold at a place: the catalogue's and those of the organisations above it, with overrides laid over them. Pure. */
export function rulesAt(book: RuleBook, place: DevicePlace): AlertRule[] {
  const here = book.rules.filter(
    ({ own }) => own === undefined || place.organisations.includes(String(own.organisationId)),
  )
  return effectiveRules(
    here.map(({ rule }) => rule),
    book.overrides,
    place,
  )
}

/** A place as people name it: where rules are looked up, and which devices it has. */
export interface NamedPlace {
  /** Undefined = no place: the rules as they are written. */
  place: DevicePlace | undefined
  has(device: FleetDevice): boolean
  /** Ids from the top of the tree, by organisation. */
  paths: ReadonlyMap<number, readonly number[]>
}

/**
 * @param organisations of the devices that the caller may see
 * @throws ApiProblem `organisation-not-found`, `site-not-found`, `device-not-found`, `request-invalid`
 */
export async function findPlace(
  queries: Queries,
  { scope }: Access,
  named: RulePlace,
  organisations: readonly number[],
): Promise<NamedPlace> {
  if (Object.values(named).filter((value) => value !== undefined).length > 1) {
    throw new ApiProblem('request-invalid', 'name one of organisation, site and device')
  }
  const found = await lookUp(queries, scope, named)
  const paths = await organisationPaths(queries, [
    ...new Set([...organisations, ...(found ? [found.organisationId] : [])]),
  ])
  if (found === undefined) return { place: undefined, has: () => true, paths }
  const { organisationId, siteId, device } = found
  const path = paths.get(organisationId) ?? []
  const place = {
    model: device?.model ?? '',
    organisations: path.map(String),
    site: siteId === undefined ? undefined : String(siteId),
    serial: device?.serial ?? '',
  }
  const has = ({ registered }: FleetDevice) => {
    if (device !== undefined) return registered.serial === device.serial
    if (named.site !== undefined) return registered.site?.id === named.site
    return paths.get(registered.organisation.id)?.includes(organisationId) ?? false
  }
  return { place, has, paths }
}

async function lookUp(queries: Queries, scope: Access['scope'], named: RulePlace) {
  if (named.organisation !== undefined) {
    if (!(await findOrganisation(queries, scope, named.organisation))) throw new ApiProblem('organisation-not-found')
    return { organisationId: named.organisation, siteId: undefined, device: undefined }
  }
  if (named.site !== undefined) {
    const site = await findSite(queries, scope, named.site)
    if (site === undefined) throw new ApiProblem('site-not-found')
    return { organisationId: site.organisationId, siteId: site.id, device: undefined }
  }
  if (named.device === undefined) return undefined
  const device = await findDeviceRecord(queries, scope, named.device)
  if (device === undefined) throw new ApiProblem('device-not-found')
  return { organisationId: device.organisation.id, siteId: device.site?.id, device }
}

/** Where a device stands, for the rules. */
export function placeOf({ registered }: FleetDevice, paths: NamedPlace['paths']): DevicePlace {
  return {
    model: registered.model,
    organisations: (paths.get(registered.organisation.id) ?? []).map(String),
    site: registered.site === null ? undefined : String(registered.site.id),
    serial: registered.serial,
  }
}
