import { compileRules, type Decision, evaluateReport, modelFactsOf } from '@stellacontrol/alerts'
import type { AlertRule, DeviceStatus, RuleCheckResult } from '@stellacontrol/protocol'
import { readStatuses } from '@stellacontrol/redis'
import type { Application } from '../application.ts'
import { type FleetDevice, isOfEarlierOwner } from '../fleet/fleet-device.ts'
import { receivedAtOf } from '../live/status-store.ts'

const statusesPerRead = 200
/** More devices than these are not looked at: the answer must come while somebody types. */
const maximumDevices = 5_000
const maximumExamples = 20

type Preview = NonNullable<RuleCheckResult['preview']>
type Finding = Preview['examples'][number]

/**
 * On how many devices a rule would hold by their latest reports, as if nothing had to be held.
 * @returns null for what one report cannot tell
 * @throws `redis-unavailable`
 */
export async function previewRule(
  { redis }: Application,
  rule: AlertRule,
  devices: readonly FleetDevice[],
  now: number,
): Promise<RuleCheckResult['preview']> {
  const { kind } = rule.looksAt
  if (kind === 'event' || kind === 'baseline') return null
  const heard = devices.filter(({ live }) => live !== undefined).slice(0, maximumDevices)
  if (kind === 'silence') return summarise(heard.map((device) => silenceOf(rule, device, now)))
  const atOnce = compileRules([withoutHolds(rule)])
  const found: Finding[][] = []
  for (let from = 0; from < heard.length; from += statusesPerRead) {
    const part = heard.slice(from, from + statusesPerRead)
    const serials = part.map(({ registered }) => registered.serial)
    const statuses = await readStatuses(redis.state, redis.keys, serials)
    for (const [index, device] of part.entries()) {
      const json = statuses[index]
      if (json === undefined || isOfEarlierOwner(device.registered, receivedAtOf(json))) continue
      const facts = {
        timeZone: device.registered.site?.timeZone ?? 'UTC',
        model: modelFactsOf(device.registered.model),
      }
      const { decisions } = evaluateReport(atOnce, undefined, JSON.parse(json) as DeviceStatus, facts, now)
      found.push(decisions.filter((decision) => decision.do === 'raise').map((one) => findingOf(device, one)))
    }
  }
  return summarise(found)
}

function summarise(found: readonly Finding[][]): Preview {
  const holding = found.filter((findings) => findings.length > 0)
  return { devices: found.length, holdsOn: holding.length, examples: holding.flat().slice(0, maximumExamples) }
}

function withoutHolds(rule: AlertRule): AlertRule {
  const none = { holdMs: 0, samples: 1 }
  const levels = rule.levels.map(({ raise: _, ...level }) => level)
  return { ...rule, enabled: true, raise: none, clear: none, levels, hiddenBy: [] }
}

function silenceOf(rule: AlertRule, { registered, live }: FleetDevice, now: number): Finding[] {
  const minutes = Math.floor((now - (live?.lastReportAt ?? now)) / 60_000)
  const level = rule.levels.findLast(({ raiseAt }) => minutes >= raiseAt)
  if (level === undefined) return []
  const { serial, name } = registered
  return [{ serial, name, subject: null, severity: level.severity, value: minutes }]
}

function findingOf({ registered: { serial, name } }: FleetDevice, { subject, severity, value }: Decision): Finding {
  return { serial, name, subject: subject ?? null, severity, value: value ?? null }
}
