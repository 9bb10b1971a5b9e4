import type { DevicePlace } from '@stellacontrol/alerts'
import type { StoredOverride } from '@stellacontrol/database'
import { type OverrideScope, overrideScopes, type RuleList, type RuleView } from '@stellacontrol/protocol'
import type { FleetDevice } from '../fleet/fleet-device.ts'
import { iso } from './incident-views.ts'
import { type NamedPlace, placeOf, type RuleBook, rulesAt } from './rule-book.ts'

/** The rules as they hold at a place, and where each comes from. Pure. */
export function viewRules(book: RuleBook, named: NamedPlace, devices: readonly FleetDevice[]): RuleList {
  const { place } = named
  const inPlace = devices.filter(named.has)
  const reach = reachOf(inPlace, named.paths)
  const switchedOn = countSwitchedOn(book, inPlace, named.paths)
  const here = place && new Map(rulesAt(book, place).map((rule) => [rule.id, rule]))
  const items = book.rules
    .filter(({ rule }) => here === undefined || here.has(rule.id))
    .map(({ rule: base, own }): RuleView => {
      const overrides = book.overrides.filter((override) => override.rule === base.id)
      const shown = overrides.filter((one) => place === undefined || covers(one, place) || reach(one) > 0)
      const isVisible = own !== undefined && own.organisationName !== null
      return {
        ...{ rule: here?.get(base.id) ?? base, base },
        owner: own && own.organisationName !== null ? { id: own.organisationId, name: own.organisationName } : null,
        ...{ isOwn: own !== undefined, version: own?.version ?? 0, changedAt: own ? iso(own.changedAt) : null },
        changedBy: isVisible ? own.changedBy : null,
        applied: place === undefined ? [] : scopesOf(overrides.filter((one) => covers(one, place))),
        overrides: shown.map((one) => overrideView(one, reach(one))),
        devices: switchedOn.get(base.id) ?? 0,
      }
    })
  return { items, devices: inPlace.length }
}

function overrideView(override: StoredOverride, devices: number): RuleView['overrides'][number] {
  const { scope, scopeId, scopeName, changes, version, changedAt, changedBy, organisationName } = override
  const by = organisationName === null ? null : changedBy
  return { scope, scopeId, scopeName, changes, version, changedAt: iso(changedAt), changedBy: by, devices }
}

/** True if an override holds at a place. */
function covers({ scope, scopeId }: StoredOverride, place: DevicePlace): boolean {
  if (scope === 'organisation') return place.organisations.includes(scopeId)
  return scopeId === { model: place.model, site: place.site, device: place.serial }[scope]
}

function scopesOf(overrides: readonly StoredOverride[]): OverrideScope[] {
  const present = new Set(overrides.map(({ scope }) => scope))
  return overrideScopes.filter((scope) => present.has(scope))
}

/** How many of the devices an override reaches. */
function reachOf(devices: readonly FleetDevice[], paths: NamedPlace['paths']): (override: StoredOverride) => number {
  const counts = new Map<string, number>()
  const add = (scope: OverrideScope, id: string) =>
    counts.set(`${scope} ${id}`, (counts.get(`${scope} ${id}`) ?? 0) + 1)
  for (const device of devices) {
    const { model, organisations, site, serial } = placeOf(device, paths)
    add('model', model)
    for (const id of organisations) add('organisation', id)
    if (site !== undefined) add('site', site)
    add('device', serial)
  }
  return ({ scope, scopeId }) => counts.get(`${scope} ${scopeId}`) ?? 0
}

/** For how many of the devices each rule is switched on. Devices for which the same overrides hold are looked at once. */
function countSwitchedOn(
  book: RuleBook,
  devices: readonly FleetDevice[],
  paths: NamedPlace['paths'],
): ReadonlyMap<string, number> {
  const ofOneDevice = new Set(book.overrides.filter(({ scope }) => scope === 'device').map(({ scopeId }) => scopeId))
  const groups = new Map<string, { place: DevicePlace; count: number }>()
  for (const device of devices) {
    const { model, organisation, site, serial } = device.registered
    const key = JSON.stringify([model, organisation.id, site?.id, ofOneDevice.has(serial) ? serial : null])
    const group = groups.get(key)
    if (group) group.count++
    else groups.set(key, { place: placeOf(device, paths), count: 1 })
  }
  const counts = new Map<string, number>()
  for (const { place, count } of groups.values()) {
    for (const { id, enabled } of rulesAt(book, place)) if (enabled) counts.set(id, (counts.get(id) ?? 0) + count)
  }
  return counts
}
