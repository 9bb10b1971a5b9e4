import {
  type CompiledRules,
  compileRules,
  type Decision,
  type DeviceState,
  evaluateMoment,
  evaluateReport,
  isKnown,
  modelFactsOf,
  nextDeadline,
} from '@stellacontrol/alerts'
import type { AlertDevice } from '@stellacontrol/database'
import type { DeviceStatus } from '@stellacontrol/protocol'
import {
  type AlertChangeOf,
  type AlertUpdate,
  type AlertWatch,
  commitAlerts,
  type HeldPartition,
  type LogEntry,
  type Redis,
  readAlertStates,
  readDueDevices,
} from '@stellacontrol/redis'
import type { Fleet } from './fleet.ts'
import { foundAlert } from './found-alert.ts'
import { looksAtDonor, type OperatorOutage } from './operator-outage.ts'
import { outageMsBetween } from './outages.ts'
import type { SiteSilence } from './site-silence.ts'

/** A device that is not watched: what was raised about it ends. */
const noRules = compileRules([])
const dueAtOnce = 200

export interface Evaluator {
  redis: Redis
  fleet: Fleet
  sites: SiteSilence
  operators: OperatorOutage
  reader: string
  count(what: 'evaluated' | 'unwatched' | 'known' | 'raised' | 'cleared', by?: number): void
}

/** What becomes of one device while a batch is worked through. */
interface Work {
  device: AlertDevice | undefined
  rules: CompiledRules
  state: DeviceState | undefined
  decisions: Decision[]
}

/** Evaluates the statuses of a batch and writes what was decided. False if the partition is somebody else's now. */
export async function evaluateStatuses(
  evaluator: Evaluator,
  held: HeldPartition,
  entries: readonly LogEntry[],
): Promise<boolean> {
  const statuses = entries.map((entry) => JSON.parse(entry.fields.get('m')?.toString() ?? '') as DeviceStatus)
  const watched = statuses.filter(({ serial }) => evaluator.fleet.watched(serial) !== undefined)
  evaluator.count('unwatched', statuses.length - watched.length)
  const works = await startWork(evaluator, [...new Set(watched.map(({ serial }) => serial))])
  for (const status of watched) takeStatus(evaluator, works.get(status.serial) as Work, status)
  return finish(evaluator, held, works, () => 0)
}

function takeStatus(evaluator: Evaluator, work: Work, status: DeviceStatus): void {
  // A batch that comes again after a crash.
  if (isKnown(work.state, status)) {
    evaluator.count('known')
    return
  }
  const { device, rules } = work
  const facts = { timeZone: device?.timeZone ?? 'UTC', model: modelFactsOf(device?.model) }
  const { state, decisions } = evaluateReport(rules, work.state, status, facts, Date.parse(status.receivedAt))
  work.state = state
  work.decisions.push(...decisions)
  evaluator.count('evaluated')
}

/** Looks at the devices whose deadline has come. Resolves to how many there were; undefined if the partition is lost. */
export async function evaluateDeadlines(
  evaluator: Evaluator,
  held: HeldPartition,
  watch: AlertWatch,
  now: number,
): Promise<number | undefined> {
  const { state, keys } = evaluator.redis
  const serials = await readDueDevices(state, keys, { partition: held.partition, now, limit: dueAtOnce })
  if (serials.length === 0) return 0
  const works = await startWork(evaluator, serials)
  const outageOf = (known: DeviceState) => outageMsBetween(watch, known.reportedAt, now)
  for (const work of works.values()) {
    if (work.state === undefined) continue
    const silentMs = now - work.state.reportedAt - outageOf(work.state)
    const { state: after, decisions } = evaluateMoment(work.rules, work.state, silentMs, now)
    work.state = after
    work.decisions.push(...decisions)
  }
  return (await finish(evaluator, held, works, outageOf)) ? serials.length : undefined
}

async function startWork({ redis, fleet }: Evaluator, serials: readonly string[]): Promise<Map<string, Work>> {
  const states = await readAlertStates(redis.state, redis.keys, serials)
  return new Map(
    serials.map((serial, index) => {
      const device = fleet.watched(serial)
      const known = states[index]
      const state = known === undefined ? undefined : (JSON.parse(known) as DeviceState)
      return [serial, { device, rules: device ? fleet.rulesOf(device) : noRules, state, decisions: [] }]
    }),
  )
}

async function finish(
  evaluator: Evaluator,
  held: HeldPartition,
  works: Map<string, Work>,
  outageOf: (state: DeviceState) => number,
): Promise<boolean> {
  const { redis, reader } = evaluator
  const updates: AlertUpdate[] = []
  for (const [serial, work] of works) {
    const { state, rules, decisions } = work
    const changes = await Promise.all(decisions.map((decision) => changeOf(evaluator, work, decision)))
    const deadlineAt = state && nextDeadline(rules, state, outageOf(state))
    updates.push({ serial, state: state ? JSON.stringify(state) : '', deadlineAt, changes })
  }
  const isOurs = await commitAlerts(redis.state, redis.keys, held, reader, updates)
  if (isOurs) await tellNeighbours(evaluator, works)
  return isOurs
}

async function changeOf(
  { fleet, sites, operators }: Evaluator,
  work: Work,
  decision: Decision,
): Promise<AlertChangeOf> {
  const { device, rules } = work
  const rule = fleet.ruleNamed(rules, decision.rule)
  const isSilence = decision.do === 'raise' && rule?.looksAt.kind === 'silence' && decision.hiddenBy === undefined
  const parentId = isSilence && device ? await sites.explains(device, decision.since, decision.at) : undefined
  const alert = foundAlert(rule, decision, parentId)
  if (decision.do === 'raise' && device && rule && looksAtDonor(rule)) {
    const words = await operators.explains(device, decision)
    if (words !== undefined) alert.text = `${alert.text}; ${words}`
  }
  const isExplained = parentId !== undefined || decision.hiddenBy !== undefined
  return {
    do: decision.do,
    rule: decision.rule,
    subject: decision.subject,
    alert,
    mayAnnounce: !isExplained && device !== undefined && !fleet.isMuted(device, decision.at),
    throttleMs: rule?.throttleMs ?? 0,
  }
}

/** What ended here may end what several devices share. */
async function tellNeighbours(evaluator: Evaluator, works: Map<string, Work>): Promise<void> {
  for (const { device, decisions, rules } of works.values()) {
    for (const decision of decisions) {
      evaluator.count(decision.do === 'raise' ? 'raised' : 'cleared')
      const rule = evaluator.fleet.ruleNamed(rules, decision.rule)
      if (decision.do !== 'clear' || rule === undefined || device === undefined) continue
      if (rule.looksAt.kind === 'silence') await evaluator.sites.heard(device, decision.at)
      if (looksAtDonor(rule)) await evaluator.operators.cleared(device, decision)
    }
  }
}
