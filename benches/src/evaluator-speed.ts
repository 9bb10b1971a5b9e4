import { catalogue, compileRules, type DeviceState, evaluateReport, modelFactsOf } from '@stellacontrol/alerts'
import { type DeviceStatus, decodeReport, encodeReport, reportToStatus } from '@stellacontrol/protocol'
import { limitsOf } from '@stellacontrol/protocol/models'
import { fullReport } from './load-payload.ts'

const model = 'iR5'
const devices = 200
/** Eight days in reports of ten minutes: the own normals are learned on the way. */
const rounds = 8 * 144
const intervalMs = 600_000
/** One device in so many is in trouble of some kind. */
const troubledEvery = 33
const troubles = [
  (report: ReturnType<typeof fullReport>) => ({ ...report, environment: { boardTemperatureDc: 772 } }),
  (report: ReturnType<typeof fullReport>) => ({ ...report, power: { source: 1, supplyMv: 20_400, supplyMa: 2_400 } }),
  (report: ReturnType<typeof fullReport>) => ({
    ...report,
    bands: report.bands?.map((band, index) => (index === 1 ? { ...band, state: 5, shutdownReason: 2 } : band)) ?? [],
  }),
]

/** The pure evaluator on one core: the whole catalogue over reports of five bands, three percent of them in trouble. */
export function statusesEvaluatedPerSecond(): number {
  const rules = compileRules(catalogue)
  const facts = { timeZone: 'Europe/Dublin', model: modelFactsOf(model) }
  const states: (DeviceState | undefined)[] = new Array(devices).fill(undefined)
  const statuses = Array.from({ length: 64 }, (_, variant) => statusesOf(variant))
  const from = Date.UTC(2026, 5, 1)
  const startedAt = performance.now()
  for (let round = 0; round < rounds; round++) {
    for (let device = 0; device < devices; device++) {
      const isTroubled = device % troubledEvery === 0 && round % 300 > 150
      const variants = statuses[(round * 7 + device) % statuses.length] as DeviceStatus[]
      const shape = variants[isTroubled ? 1 + ((device / troubledEvery) % troubles.length) : 0] as DeviceStatus
      const status = { ...shape, sequence: round + 1 }
      states[device] = evaluateReport(rules, states[device], status, facts, from + round * intervalMs + device).state
    }
  }
  return Math.round((devices * rounds) / ((performance.now() - startedAt) / 1000))
}

/** A healthy status, then one of each trouble. */
function statusesOf(variant: number): DeviceStatus[] {
  const report = { ...fullReport(variant), bootId: 1, seq: 1 }
  return [report, ...troubles.map((make) => make(report))].map((one) => {
    const decoded = decodeReport(encodeReport({ ...one, bootId: 1, seq: 1 }))
    if ('rejected' in decoded) throw new Error(decoded.detail)
    return reportToStatus('HN88192AD', decoded.report, 0, limitsOf(model))
  })
}
