import type { AlertRule, History, MeasureName } from '@stellacontrol/protocol'
import { measures } from '@stellacontrol/protocol'

/** One chart of the black box. */
export interface BoxChart {
  /** Name of its series, e.g. "B20.gainActualDb". */
  metric: string
  title: string
  /** The band, where it is of one. */
  subtitle: string
  unit: string
}

/** Which series show a measure that history does not keep under its own name. */
const seenIn: Partial<Record<MeasureName, string[]>> = {
  boardUnchangedHours: ['boardCelsius'],
  supplyDeviationPercent: ['supplyVolts'],
  supplyLoadPercent: ['supplyAmperes'],
  inputWatts: ['supplyAmperes', 'supplyVolts'],
  onBattery: ['supplyVolts'],
  fanStopped: ['fanSpeedRpm', 'fanDrivePercent', 'boardCelsius'],
  fanSpeedPercent: ['fanSpeedRpm', 'fanDrivePercent'],
  gainReductionDb: ['gainActualDb', 'gainSetDb'],
  automaticGainReductionDb: ['gainActualDb', 'downlinkInputDbm'],
  gainMismatchDb: ['downlinkOutputDbm', 'downlinkInputDbm', 'gainActualDb'],
  isolationMarginDb: ['isolationDb', 'gainActualDb'],
  outputAboveLimitDb: ['downlinkOutputDbm', 'gainActualDb'],
  oscillations24h: ['isolationDb', 'gainActualDb'],
  oscillating: ['isolationDb', 'gainActualDb'],
  thermalFoldback: ['paCelsius', 'gainActualDb', 'boardCelsius'],
  uplinkSilentDays: ['uplinkInputDbm', 'uplinkOutputDbm'],
}

/** What tells most of a booster when the rule itself names nothing that was kept. */
const usual = [
  ...['downlinkOutputDbm', 'gainActualDb', 'downlinkInputDbm', 'isolationDb'],
  ...['boardCelsius', 'supplyVolts', 'modemRsrpDbm', 'roundTripMs', 'fanSpeedRpm'],
]

/**
 * The charts of a black box, those that speak about the rule first. Of bands only the subject's own come early. Pure.
 */
export function boxCharts(history: History, rule: AlertRule | undefined, subject: string | null): BoxChart[] {
  const wanted = [...metricsOf(rule), ...usual]
  const rank = (metric: string) => {
    const [band, name] = metric.includes('.') ? metric.split('.') : [undefined, metric]
    const place = wanted.indexOf(name ?? '')
    const isOther = band !== undefined && band !== subject
    return (place < 0 ? wanted.length : place) + (isOther ? 2 * wanted.length : 0)
  }
  return history.series
    .map(({ metric, unit }) => ({ metric, unit, ...titleOf(metric) }))
    .sort((left, right) => rank(left.metric) - rank(right.metric))
}

/** The series that the rule itself looks at, its limit belongs to. */
export function limitMetric(rule: AlertRule | undefined, subject: string | null): string | undefined {
  if (rule?.looksAt.kind !== 'measure') return undefined
  const { measure } = rule.looksAt
  return measures[measure].of === 'band' ? `${subject}.${measure}` : measure
}

function metricsOf(rule: AlertRule | undefined): string[] {
  if (rule === undefined) return []
  const { looksAt } = rule
  const named: MeasureName[] = [
    ...('measure' in looksAt ? [looksAt.measure] : []),
    ...('minus' in looksAt ? [looksAt.minus] : []),
    ...(rule.onlyWhile ?? []).map(({ measure }) => measure),
  ]
  return named.flatMap((measure) => seenIn[measure] ?? [measure])
}

/** "B20.gainActualDb" reads "Gain", "B20"; what no rule can look at is named after its series. */
function titleOf(metric: string): { title: string; subtitle: string } {
  const [subtitle, name] = metric.includes('.') ? (metric.split('.') as [string, string]) : ['', metric]
  if (Object.hasOwn(measures, name)) return { title: measures[name as MeasureName].label, subtitle }
  const words = name
    .replace(/(Rpm|Percent|Db|Dbm|Celsius)$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return { title: words.charAt(0).toUpperCase() + words.slice(1), subtitle }
}

/** The usual distance of two reports, for telling a gap from a slow booster: the middle one of all distances. */
export function usualDistanceMs(at: readonly number[]): number {
  const distances = at.slice(1).map((moment, index) => moment - (at[index] ?? moment))
  return distances.sort((left, right) => left - right)[Math.floor(distances.length / 2)] ?? 0
}
