import {
  checkChanges,
  checkRule,
  compileRules,
  evaluateReport,
  modelFactsOf,
  type RuleProblem,
} from '@stellacontrol/alerts'
import {
  type AlertRule,
  backtestRequestSchema,
  type RuleCheck,
  type RulePlace,
  ruleCheckResultSchema,
  ruleCheckSchema,
} from '@stellacontrol/protocol'
import { type MadeUpAnswer, ok, problem, type SignedIn } from './made-up-answer.ts'
import type { MadeUpRegistry } from './made-up-registry.ts'
import { devicesAt, namesOf, viewRules } from './made-up-rule-views.ts'

/** What is wrong with a rule that is not saved, or on how many boosters it holds now. */
export function answerCheck(registry: MadeUpRegistry, request: SignedIn): MadeUpAnswer {
  const asked = ruleCheckSchema.parse(request.body)
  const checked = candidateOf(registry, request, asked)
  if (checked === undefined) return problem(404, 'rule-not-found')
  if ('problems' in checked)
    return ok(ruleCheckResultSchema.parse({ valid: false, problems: checked.problems, preview: null }))
  const preview = previewOf(registry, request, checked.rule, asked.place)
  return ok(ruleCheckResultSchema.parse({ valid: true, problems: [], preview }))
}

/** What a rule that is not saved would have raised in the past. */
export function answerBacktest(registry: MadeUpRegistry, request: SignedIn): MadeUpAnswer {
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
