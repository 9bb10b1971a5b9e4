import { effectiveRules } from '@stellacontrol/alerts'
import type { OverrideScope, RulePlace, RuleView } from '@stellacontrol/protocol'
import type { SignedIn } from './made-up-answer.ts'
import type { MadeUpDevice } from './made-up-fleet.ts'
import type { MadeUpRegistry } from './made-up-registry.ts'

/** The rules as they hold at a place, and the boosters there. */
export function viewRules(registry: MadeUpRegistry, request: SignedIn, named: RulePlace) {
  const { rules } = registry
  const devices = devicesAt(registry, request, named)
  const place = placeOf(registry, named)
  const here = new Map(effectiveRules(rules.all, rules.overrides, place).map((rule) => [rule.id, rule]))
  const isNamed = Object.keys(named).length > 0
  const items = rules.all.map((base): RuleView => {
    const own = rules.own.find(({ rule }) => rule.id === base.id)
    const overrides = rules.overrides.filter((one) => one.rule === base.id)
    return {
      ...{ rule: isNamed ? (here.get(base.id) ?? base) : base, base, isOwn: own !== undefined },
      owner: own === undefined ? null : registry.referenceOf(own.organisationId),
      ...{ version: own?.version ?? 0, changedAt: own?.changedAt ?? null, changedBy: own?.changedBy ?? null },
      applied: isNamed ? [...new Set(overrides.map(({ scope }) => scope))] : [],
      overrides: overrides.map(({ rule: _, ...one }) => ({
        ...one,
        ...{ scopeName: nameOf(registry, one.scope, one.scopeId), devices: devices.length },
      })),
      devices: (here.get(base.id) ?? base).enabled ? devices.length : 0,
    }
  })
  return { items, devices: devices.length }
}

export function devicesAt(
  registry: MadeUpRegistry,
  { person }: SignedIn,
  { organisation, site, device }: RulePlace,
): MadeUpDevice[] {
  const visible = registry.visibleTo(person)
  return registry.fleet.devices.filter((one) => {
    const summary = registry.fleet.summary(one, Date.now())
    if (!visible.has(summary.organisation.id)) return false
    if (device !== undefined) return one.serial === device
    if (site !== undefined) return summary.site?.id === site
    return organisation === undefined || pathOf(registry, summary.organisation.id).includes(String(organisation))
  })
}

function placeOf(registry: MadeUpRegistry, { organisation, site, device }: RulePlace) {
  const found = device === undefined ? undefined : registry.device(device)
  const siteId = site ?? found?.site?.id
  const owner = organisation ?? found?.organisation.id ?? registry.sites.find(({ id }) => id === site)?.organisation.id
  return {
    ...{ model: found?.model ?? '', serial: device ?? '', site: siteId === undefined ? undefined : String(siteId) },
    organisations: owner === undefined ? [] : pathOf(registry, owner),
  }
}

function pathOf(registry: MadeUpRegistry, id: number): string[] {
  const parentId = registry.organisations.find((one) => one.id === id)?.parentId ?? null
  return [...(parentId === null ? [] : pathOf(registry, parentId)), String(id)]
}

function nameOf(registry: MadeUpRegistry, scope: OverrideScope, id: string): string {
  if (scope === 'organisation') return registry.referenceOf(Number(id)).name
  if (scope === 'site') return registry.sites.find((site) => site.id === Number(id))?.name ?? id
  return scope === 'device' ? (registry.device(id)?.name ?? id) : id
}

export const namesOf = ({ rules }: MadeUpRegistry) => new Set(rules.all.map(({ id }) => id))
