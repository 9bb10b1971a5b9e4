import { checkChanges, checkRule, type RuleProblem } from '@stellacontrol/alerts'
import { withScope } from '@stellacontrol/database'
import type { AlertRule, RuleCheck } from '@stellacontrol/protocol'
import type { Application } from '../application.ts'
import type { FleetDevice } from '../fleet/fleet-device.ts'
import { ApiProblem } from '../http/problem.ts'
import type { Access } from '../session/access.ts'
import { findPlace, type RuleBook, readRuleBook, rulesAt } from './rule-book.ts'

/**
 * The rule that somebody means, if it can be, and the devices of the place that is meant.
 * @throws ApiProblem `rule-not-found`, `request-invalid`, `fleet-not-loaded`, and those of `findPlace`
 */
export async function findCandidate(
  application: Application,
  access: Access,
  check: RuleCheck,
): Promise<{ rule: AlertRule; devices: FleetDevice[] } | { problems: RuleProblem[] }> {
  const devices = visibleDevices(application, access)
  const [book, named] = await withScope(application.database, access.scope, async (queries) => {
    const place = await findPlace(queries, access, check.place, organisationsOf(devices))
    return [await readRuleBook(queries), place] as const
  })
  const rules = named.place ? rulesAt(book, named.place) : book.rules.map(({ rule }) => rule)
  const checked = candidateOf(check, rules, book)
  return 'problems' in checked ? checked : { rule: checked.rule, devices: devices.filter(named.has) }
}

function candidateOf(
  { rule, id, changes }: RuleCheck,
  rules: readonly AlertRule[],
  book: RuleBook,
): { rule: AlertRule } | { problems: RuleProblem[] } {
  if ((rule === undefined) === (id === undefined)) throw new ApiProblem('request-invalid', 'give a rule or an id')
  if (rule !== undefined) return checkRule({ ...rule, id: 'a-new-rule' }, ruleIds(book))
  const known = rules.find((one) => one.id === id)
  if (known === undefined) throw new ApiProblem('rule-not-found')
  const checked = checkChanges(known, changes ?? {})
  return 'problems' in checked ? checked : { rule: { ...known, ...checked.changes } }
}

export function ruleIds({ rules }: RuleBook): Set<string> {
  return new Set(rules.map(({ rule }) => rule.id))
}

export function visibleDevices({ index }: Application, access: Access): FleetDevice[] {
  if (!index.isLoaded) throw new ApiProblem('fleet-not-loaded')
  return [...index.visibleTo(access).values()]
}

export function organisationsOf(devices: readonly FleetDevice[]): number[] {
  return [...new Set(devices.map(({ registered }) => registered.organisation.id))]
}
