import { catalogue } from '@stellacontrol/alerts'
import {
  type DeviceTimes,
  findOrganisation,
  listOwnRules,
  type Queries,
  readDeviceTimes,
  readRuleFigures,
  readSeverityFigures,
  readWorstBands,
  type Scope,
} from '@stellacontrol/database'
import { alertSeverities, type MonthlyReport } from '@stellacontrol/protocol'
import { ApiProblem } from '../http/problem.ts'
import { iso } from './incident-views.ts'

const worstDevices = 10

/**
 * What a month of a customer was like; the present month until now.
 * @throws ApiProblem `organisation-not-found`, `range-invalid` for a month that has not begun
 */
export async function readMonthlyReport(
  queries: Queries,
  scope: Scope,
  { organisation: organisationId, month }: { organisation: number; month: string },
  now: number,
): Promise<MonthlyReport> {
  const organisation = await findOrganisation(queries, scope, organisationId)
  if (organisation === undefined) throw new ApiProblem('organisation-not-found')
  const { fromAt, toAt } = rangeOf(month, now)
  if (fromAt >= toAt) throw new ApiProblem('range-invalid', 'the month has not begun')
  const silenceRules = await silenceRulesOf(queries)
  const range = { organisationId, fromAt, toAt, silenceRules }
  const devices = await readDeviceTimes(queries, range)
  const [all, ...byRule] = await readRuleFigures(queries, range)
  const severities = new Map((await readSeverityFigures(queries, range)).map((one) => [one.severity, one.incidents]))
  return {
    organisation: { id: organisation.id, name: organisation.name },
    ...{ month, from: iso(fromAt), to: iso(toAt), devices: devices.length },
    availabilityPercent: availabilityOf(devices),
    incidents: all?.incidents ?? 0,
    bySeverity: Object.fromEntries(
      alertSeverities.map((severity) => [severity, severities.get(severity) ?? 0]),
    ) as MonthlyReport['bySeverity'],
    secondsToAcknowledge: all?.secondsToAcknowledge ?? null,
    secondsToClear: all?.secondsToClear ?? null,
    byRule: byRule.map(({ rule, ...figures }) => ({ rule: rule ?? '', ...figures })),
    worstDevices: devices
      .filter(({ silentSeconds }) => silentSeconds > 0)
      .slice(0, worstDevices)
      .map((device) => ({
        ...{ serial: device.serial, name: device.name, silentSeconds: Math.round(device.silentSeconds) },
        availabilityPercent: availabilityOf([device]) ?? 100,
      })),
    worstBands: await readWorstBands(queries, range),
  }
}

/** Rules whose incidents mean that nothing is heard of a device. */
async function silenceRulesOf(queries: Queries): Promise<string[]> {
  const rules = [...catalogue, ...(await listOwnRules(queries)).map(({ rule }) => rule)]
  return rules.filter(({ looksAt }) => looksAt.kind === 'silence').map(({ id }) => id)
}

/** The time of all devices that was not silent, in percent with three decimals. Pure. */
function availabilityOf(devices: readonly DeviceTimes[]): number | null {
  const owned = devices.reduce((sum, { ownedSeconds }) => sum + ownedSeconds, 0)
  const silent = devices.reduce((sum, { silentSeconds }) => sum + silentSeconds, 0)
  return owned > 0 ? Math.round((1 - silent / owned) * 100_000) / 1000 : null
}

function rangeOf(month: string, now: number): { fromAt: number; toAt: number } {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return { fromAt: Date.UTC(year, number - 1), toAt: Math.min(Date.UTC(year, number), now) }
}
