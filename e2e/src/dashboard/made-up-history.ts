import type { History } from '@stellacontrol/protocol'
import { noise } from './made-up-fleet.ts'

const levels: Record<string, number> = {
  boardCelsius: 48,
  supplyVolts: 24,
  gainActualDb: 66,
  gainSetDb: 68,
  downlinkInputDbm: -62,
  downlinkOutputDbm: 6,
  isolationDb: 88,
}

const units = [
  ['Celsius', '°C'],
  ['Dbm', 'dBm'],
  ['Volts', 'V'],
] as const

/** A past with the daily rhythm of a building, an hour without reports, and a fall of the gain near the end. */
export function madeUpHistory(from: number, to: number, metrics: readonly string[], points: number): History {
  const bucketMs = Math.max(10_000, Math.ceil((to - from) / points / 10_000) * 10_000)
  const at: number[] = []
  const gapFrom = to - (to - from) * 0.42
  const gapTo = to - (to - from) * 0.36
  for (let moment = Math.ceil(from / bucketMs) * bucketMs; moment < to; moment += bucketMs) {
    if (moment < gapFrom || moment > gapTo) at.push(moment)
  }
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    source: to - from > 8 * 86_400_000 ? 'hours' : 'reports',
    bucketMs,
    at,
    series: metrics.map((metric, position) => {
      const name = metric.split('.').at(-1) ?? ''
      const average = at.map((moment) => valueAt(name, position, moment, to - (to - from) * 0.2))
      const spread = name === 'gainSetDb' ? 0 : 1.4
      return {
        metric,
        unit: units.find(([ending]) => name.endsWith(ending))?.[1] ?? 'dB',
        minimum: average.map((value, index) => value - spread * noise(index, position)),
        average,
        maximum: average.map((value, index) => value + spread * noise(position, index)),
      }
    }),
  }
}

function valueAt(name: string, position: number, moment: number, fallsAt: number): number {
  const level = levels[name] ?? 10
  if (name === 'gainSetDb') return level
  const daily = Math.sin((moment / 86_400_000) * 2 * Math.PI) * (name === 'boardCelsius' ? 4 : 0.8)
  const falls = moment > fallsAt && (name === 'gainActualDb' || name === 'downlinkOutputDbm') ? -9 : 0
  return Math.round((level + daily + falls + (noise(moment / 10_000, position) - 0.5) * 1.2) * 10) / 10
}
