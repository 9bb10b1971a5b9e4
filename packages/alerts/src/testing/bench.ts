import type { AlertRule, DeviceStatus } from '@stellacontrol/protocol'
import { catalogue } from '../catalogue.ts'
import { compileRules } from '../compile-rules.ts'
import type { DeviceState } from '../device-state.ts'
import { type Decision, type DeviceFacts, evaluateMoment, evaluateReport } from '../evaluate.ts'
import { nextDeadline } from '../next-deadline.ts'

export const minute = 60_000
export const hour = 60 * minute
const facts: DeviceFacts = {
  timeZone: 'Europe/Dublin',
  model: { nominalSupplyVolts: 24, maximumSupplyAmperes: 3, outputMaximumDbm: new Map([['B20', 16]]) },
}

export function ruleNamed(id: string, changes: Partial<AlertRule> = {}): AlertRule {
  const rule = catalogue.find((one) => one.id === id)
  if (rule === undefined) throw new Error(`no rule ${id}`)
  return { ...rule, ...changes }
}

type Parts = {
  board?: number
  bands?: Partial<DeviceStatus['bands'][number]>[]
  bootId?: number
  interval?: number
  fans?: { speedRpm: number; drivePercent: number }[]
  at?: string
  mode?: DeviceStatus['mode']
} & {
  device?: Partial<DeviceStatus['device']>
}

/** One device under the rules that are named, fed with reports and moments. */
export class Bench {
  state: DeviceState | undefined
  now = Date.UTC(2026, 5, 3, 8)
  private sequence = 0
  private readonly compiled

  constructor(rules: readonly AlertRule[]) {
    this.compiled = compileRules(rules)
  }

  report(parts: Parts = {}): Decision[] {
    const { board, bands = [], bootId = 1, interval = 600, device = {}, fans, at = '', mode = 'normal' } = parts
    this.sequence++
    const received = new Date(this.now).toISOString()
    const status = {
      ...{
        serial: 'T1',
        bootId,
        sequence: this.sequence,
        intervalSeconds: interval,
        at: at || received,
        receivedAt: received,
      },
      ...{ mode, severity: 'normal', findings: [], device, power: {}, modem: {} },
      environment: { boardCelsius: board, fans },
      bands: bands.map((band) => ({ band: 'B20', enabled: true, state: 'active', ...band })),
    } as unknown as DeviceStatus
    const { state, decisions } = evaluateReport(this.compiled, this.state, status, facts, this.now)
    this.state = state
    return decisions
  }

  after(ms: number): this {
    this.now += ms
    return this
  }

  moment(outageMs = 0): Decision[] {
    const before = this.state as DeviceState
    const { state, decisions } = evaluateMoment(
      this.compiled,
      before,
      this.now - before.reportedAt - outageMs,
      this.now,
    )
    this.state = state
    return decisions
  }

  deadline(outageMs = 0): number | undefined {
    return nextDeadline(this.compiled, this.state as DeviceState, outageMs)
  }
}

export const names = (decisions: readonly Decision[]) =>
  decisions.map(({ do: what, rule, subject, severity }) => `${what} ${rule}${subject ? `:${subject}` : ''} ${severity}`)
