import {
  catalogue,
  checkChanges,
  checkRule,
  compileRules,
  effectiveRules,
  evaluateReport,
  modelFactsOf,
  type RuleOverride,
  type RuleProblem,
} from '@stellacontrol/alerts'
import {
  type AlertRule,
  alertRuleSchema,
  backtestRequestSchema,
  mayDo,
  newRuleSchema,
  type OverrideScope,
  overrideBodySchema,
  overrideParameter,
  type RuleCheck,
  type RulePlace,
  type RuleView,
  ruleCheckResultSchema,
  ruleCheckSchema,
  ruleListSchema,
  rulePlaceSchema,
  ruleReplacementSchema,
} from '@stellacontrol/protocol'
import { done, type MadeUpAnswer, ok, problem, type SignedIn } from './made-up-answer.ts'
import { MadeUpBacktests } from './made-up-backtest.ts'
import type { MadeUpRegistry } from './made-up-registry.ts'

type KeptOverride = RuleOverride & { version: number; changedAt: string; changedBy: string }
interface OwnRule {
  rule: AlertRule
  organisationId: number
  version: number
  changedAt: string
  changedBy: string
}

/** The one rule that most of the made-up incidents broke. */
const brokenByMost = alertRuleSchema.parse({
  id: 'board-temperature-high',
  name: 'Board temperature high',
  class: 'environment',
  looksAt: { kind: 'measure', measure: 'boardCelsius', is: 'above' },
  levels: [{ severity: 'critical', raiseAt: 70, clearAt: 65 }],
  raise: { holdMs: 600_000, samples: 3 },
  clear: { holdMs: 600_000, samples: 3 },
  throttleMs: 3_600_000,
  recurrence: 'daily',
  recurrenceEndsAfterMs: 86_400_000,
  enabled: true,
  advice: 'Clean the filter and see whether the fan turns.',
  basis: 'Made up.',
})

/** The real catalogue, with what people lay over it. */
export class MadeUpRules {
  readonly own: OwnRule[] = []
  readonly overrides: KeptOverride[] = []
  readonly backtests = new MadeUpBacktests()

  get all(): AlertRule[] {
    return [...catalogue, brokenByMost, ...this.own.map(({ rule }) => rule)]
  }
}

export function answerRules(registry: MadeUpRegistry, request: SignedIn, [id, ...place]: string[]): MadeUpAnswer {
  const { method, url, body } = request
  if (id === 'check') return answerCheck(registry, request)
  if (id === 'backtest') return answerBacktest(registry, request)
  if (method === 'GET') {
    const named = rulePlaceSchema.parse(Object.fromEntries(url.searchParams))
    return ok(ruleListSchema.parse(viewRules(registry, request, named)))
  }
  if (!request.person.memberships.some(({ role }) => mayDo(role, 'rules.edit'))) return problem(403, 'forbidden')
  if (id === undefined) return addOwn(registry, request)
  if (place.length > 0) return changeOverride(registry, request, id, place)
  const { own } = registry.rules
  const index = own.findIndex(({ rule }) => rule.id === id)
  const known = own[index]
  if (known === undefined) return problem(404, 'rule-not-found')
  if (method === 'DELETE') {
    own.splice(index, 1)
    return done
  }
  const checked = checkRule({ ...ruleReplacementSchema.parse(body).rule, id }, namesOf(registry))
  if ('problems' in checked) return problem(400, 'rule-invalid', checked.problems)
  Object.assign(known, { rule: checked.rule, version: known.version + 1 })
  return ok(checked.rule)
}

function addOwn({ rules }: MadeUpRegistry, { body, person }: SignedIn): MadeUpAnswer {
  const { organisationId, rule } = newRuleSchema.parse(body)
  const id = `own-${organisationId}-${String(rule.name)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')}`
  const checked = checkRule({ ...rule, id }, new Set(rules.all.map((one) => one.id)))
  if ('problems' in checked) return problem(400, 'rule-invalid', checked.problems)
  if (rules.own.some((one) => one.rule.id === id)) return problem(409, 'name-taken')
  rules.own.push({ rule: checked.rule, organisationId, version: 1, changedAt: now(), changedBy: person.email })
  return { status: 201, body: checked.rule }
}

function changeOverride(
  { rules }: MadeUpRegistry,
  { method, body, person }: SignedIn,
  id: string,
  [, scope, scopeId]: string[],
): MadeUpAnswer {
  const place = overrideParameter.parse({ id, scope, scopeId: decodeURIComponent(scopeId ?? '') })
  const rule = rules.all.find((one) => one.id === id)
  if (rule === undefined) return problem(404, 'rule-not-found')
  const index = rules.overrides.findIndex(
    (one) => one.rule === id && one.scope === place.scope && one.scopeId === place.scopeId,
  )
  const before = index < 0 ? undefined : rules.overrides.splice(index, 1)[0]
  if (method === 'DELETE') return done
  const checked = checkChanges(rule, overrideBodySchema.parse(body).changes)
  if ('problems' in checked) {
    if (before !== undefined) rules.overrides.push(before)
    return problem(400, 'rule-invalid', checked.problems)
  }
  rules.overrides.push({
    ...{ rule: id, scope: place.scope, scopeId: place.scopeId, changes: checked.changes },
    ...{ version: (before?.version ?? 0) + 1, changedAt: now(), changedBy: person.email },
  })
  return done
}

function answerCheck(registry: MadeUpRegistry, request: SignedIn): MadeUpAnswer {
  const asked = ruleCheckSchema.parse(request.body)
  const checked = candidateOf(registry, request, asked)
  if (checked === undefined) return problem(404, 'rule-not-found')
  if ('problems' in checked)
    return ok(ruleCheckResultSchema.parse({ valid: false, problems: checked.problems, preview: null }))
  const preview = previewOf(registry, request, checked.rule, asked.place)
  return ok(ruleCheckResultSchema.parse({ valid: true, problems: [], preview }))
}

function answerBacktest(registry: MadeUpRegistry, request: SignedIn): MadeUpAnswer {
  const asked = backtestRequestSchema.parse(request.body)
  const checked = candidateOf(registry, request, asked)
  if (checked === undefined) return problem(404, 'rule-not-found')
  if ('problems' in checked) return problem(400, 'rule-invalid', checked.problems)
  const devices = devicesAt(registry, request, asked.place).flatMap((device) => {
    const status = registry.fleet.status(device)
    if (status === undefined || (asked.model !== undefined && device.model !== asked.model)) return []
    const { serial, name, model } = registry.fleet.summary(device, Date.now())
    return [{ serial, name, model, status }]
  })
  return registry.rules.backtests.answer(checked.rule, asked, devices, request.person.id)
}

/** The rule that is meant; undefined where there is none of that id. */
function candidateOf(registry: MadeUpRegistry, request: SignedIn, { rule, id, changes, place }: RuleCheck) {
  if (rule !== undefined) return checkRule({ ...rule, id: 'a-new-rule' }, namesOf(registry))
  const known = viewRules(registry, request, place).items.find((one) => one.base.id === id)?.rule
  return known === undefined ? undefined : checkedChanges(known, changes ?? {})
}

function checkedChanges(rule: AlertRule, changes: unknown): { rule: AlertRule } | { problems: RuleProblem[] } {
  const checked = checkChanges(rule, changes)
  return 'problems' in checked ? checked : { rule: { ...rule, ...checked.changes } as AlertRule }
}

/** By the real evaluator, as if nothing had to be held; silence is not looked at. */
function previewOf(registry: MadeUpRegistry, request: SignedIn, rule: AlertRule, place: RulePlace) {
  if (['event', 'baseline', 'silence'].includes(rule.looksAt.kind)) return null
  const none = { holdMs: 0, samples: 1 }
  const levels = rule.levels.map(({ raise: _, ...level }) => level)
  const compiled = compileRules([{ ...rule, enabled: true, raise: none, clear: none, levels, hiddenBy: [] }])
  const heard = devicesAt(registry, request, place).flatMap((device) => {
    const status = registry.fleet.status(device)
    return status === undefined ? [] : [{ device, status }]
  })
  const found = heard.map(({ device, status }) => {
    const facts = { timeZone: 'UTC', model: modelFactsOf(device.model) }
    const { decisions } = evaluateReport(compiled, undefined, status, facts, Date.now())
    const { name } = registry.fleet.summary(device, Date.now())
    return decisions
      .filter((decision) => decision.do === 'raise')
      .map(({ subject, severity, value }) => ({
        ...{ serial: device.serial, name, severity, subject: subject ?? null, value: value ?? null },
      }))
  })
  const holding = found.filter((one) => one.length > 0)
  return { devices: heard.length, holdsOn: holding.length, examples: holding.flat().slice(0, 20) }
}

function viewRules(registry: MadeUpRegistry, request: SignedIn, named: RulePlace) {
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

function devicesAt(registry: MadeUpRegistry, { person }: SignedIn, { organisation, site, device }: RulePlace) {
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

const namesOf = ({ rules }: MadeUpRegistry) => new Set(rules.all.map(({ id }) => id))
const now = () => new Date().toISOString()
