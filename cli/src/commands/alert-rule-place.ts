import { catalogue, type DevicePlace, effectiveRules } from '@stellacontrol/alerts'
import {
  findRegistryDevice,
  listOrganisations,
  listOverrides,
  listOwnRules,
  listSites,
  organisationPaths,
  type Queries,
  systemScope,
} from '@stellacontrol/database'
import type { AlertRule, OverrideScope } from '@stellacontrol/protocol'
import { deviceModels } from '@stellacontrol/protocol/models'
import type { Command } from 'commander'
import { CommandError } from '../exit-code.ts'
import { serialOf } from './device-access.ts'
import { organisationNamed } from './named-organisation.ts'

export interface PlaceOptions {
  model?: string
  organisation?: string
  site?: string
  device?: string
}

/** A place that somebody named: what an override is for, whose it is, and what holds there. */
export interface RulePlace {
  scope: OverrideScope
  scopeId: string
  organisationId: number
  place: DevicePlace
}

export function addPlaceOptions(command: Command): Command {
  return command
    .option('--model <model>', 'every device of a model')
    .option('--organisation <name>', 'name or number of an organisation, and everything below it')
    .option('--site <name>', 'name or number of a site')
    .option('--device <serial>')
}

/** Undefined if none was named. @throws CommandError `usage` for several, `notFound` */
export async function placeNamed(queries: Queries, options: PlaceOptions): Promise<RulePlace | undefined> {
  const { model, organisation, site, device } = options
  if ([model, organisation, site, device].filter((value) => value !== undefined).length > 1) {
    throw new CommandError('usage', 'Say one of --model, --organisation, --site and --device.')
  }
  if (model !== undefined) return ofModel(queries, model)
  if (organisation !== undefined) {
    const { id } = await organisationNamed(queries, organisation)
    return { ...whose('organisation', id, id), place: await placeIn(queries, id, {}) }
  }
  if (site !== undefined) {
    const { id, organisationId } = await siteNamed(queries, site)
    return { ...whose('site', id, organisationId), place: await placeIn(queries, organisationId, { site: String(id) }) }
  }
  if (device === undefined) return undefined
  const serial = serialOf(device)
  const found = await findRegistryDevice(queries, systemScope, serial)
  if (found === undefined) throw new CommandError('notFound', `There is no device ${serial}.`)
  const here = { model: found.model, site: found.site === null ? undefined : String(found.site.id), serial }
  const { id } = found.organisation
  return { ...whose('device', serial, id), place: await placeIn(queries, id, here) }
}

function whose(scope: OverrideScope, scopeId: string | number, organisationId: number) {
  return { scope, scopeId: String(scopeId), organisationId }
}

async function ofModel(queries: Queries, model: string): Promise<RulePlace> {
  if (!deviceModels.has(model)) throw new CommandError('notFound', `There is no model "${model}".`)
  const manufacturer = (await listOrganisations(queries, systemScope)).find(({ kind }) => kind === 'manufacturer')
  if (manufacturer === undefined) throw new CommandError('notFound', 'There is no manufacturer yet.')
  return { ...whose('model', model, manufacturer.id), place: await placeIn(queries, manufacturer.id, { model }) }
}

async function placeIn(queries: Queries, organisationId: number, here: Partial<DevicePlace>): Promise<DevicePlace> {
  const path = (await organisationPaths(queries, [organisationId])).get(organisationId) ?? []
  return { model: '', site: undefined, serial: '', organisations: path.map(String), ...here }
}

async function siteNamed(queries: Queries, typed: string) {
  const found = (await listSites(queries, systemScope)).filter(({ id, name }) => name === typed || String(id) === typed)
  const [first] = found
  if (first === undefined) throw new CommandError('notFound', `There is no site "${typed}".`)
  if (found.length === 1) return first
  const numbers = found.map(({ id }) => id).join(', ')
  throw new CommandError('usage', `Several sites are called "${typed}": say one of their numbers, ${numbers}.`)
}

/** The rules as written, or as they hold at a place: an organisation's own only where they reach. */
export async function rulesAt(queries: Queries, named: RulePlace | undefined): Promise<AlertRule[]> {
  const own = await listOwnRules(queries)
  if (named === undefined) return [...catalogue, ...own.map(({ rule }) => rule)]
  const { place } = named
  const reaching = own.filter(({ organisationId }) => place.organisations.includes(String(organisationId)))
  return effectiveRules([...catalogue, ...reaching.map(({ rule }) => rule)], await listOverrides(queries), place)
}

export async function ruleNamed(queries: Queries, id: string): Promise<AlertRule> {
  const rule = (await rulesAt(queries, undefined)).find((one) => one.id === id)
  if (rule === undefined) throw new CommandError('notFound', `There is no rule "${id}".`)
  return rule
}
