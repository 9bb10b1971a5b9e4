import { catalogue, checkChanges, checkRule, type RuleOverride } from '@stellacontrol/alerts'
import {
  type AlertRule,
  alertRuleSchema,
  mayDo,
  newRuleSchema,
  overrideBodySchema,
  overrideParameter,
  ruleListSchema,
  rulePlaceSchema,
  ruleReplacementSchema,
} from '@stellacontrol/protocol'
import { done, type MadeUpAnswer, ok, problem, type SignedIn } from './made-up-answer.ts'
import { MadeUpBacktests } from './made-up-backtest.ts'
import type { MadeUpRegistry } from './made-up-registry.ts'
import { answerBacktest, answerCheck } from './made-up-rule-check.ts'
import { namesOf, viewRules } from './made-up-rule-views.ts'

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

const now = () => new Date().toISOString()
