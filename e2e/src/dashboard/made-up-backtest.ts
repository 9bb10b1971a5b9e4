import { FleetBacktest, modelFactsOf, planBacktest, runBacktest } from '@stellacontrol/alerts'
import { pastColumnsOf } from '@stellacontrol/database'
import {
  type AlertRule,
  type BacktestLine,
  type BacktestRequest,
  backtestLineSchema,
  type DeviceStatus,
} from '@stellacontrol/protocol'
import { type MadeUpAnswer, problem } from './made-up-answer.ts'

interface Reporting {
  serial: string
  name: string
  model: string
  status: DeviceStatus
}
interface Spell {
  /** Hours before the end. */
  from: number
  minutes: number
  celsius: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const intervalMs = 10 * minuteMs
/** By the booster: how long its board was hot, and how hot. Zero hours before the end it still is. */
const spells: readonly (readonly Spell[])[] = [
  [
    ...[
      { from: 620, minutes: 10, celsius: 78 },
      { from: 480, minutes: 200, celsius: 83.1 },
    ],
    ...[
      { from: 260, minutes: 20, celsius: 76 },
      { from: 90, minutes: 70, celsius: 81.8 },
    ],
  ],
  [
    { from: 520, minutes: 10, celsius: 77 },
    { from: 20, minutes: 1_200, celsius: 86.4 },
  ],
  [680, 650, 300].map((from) => ({ from, minutes: 10, celsius: 76.5 })),
  [380, 190].map((from) => ({ from, minutes: 20, celsius: 79 })),
  [570, 120].map((from) => ({ from, minutes: 10, celsius: 75.5 })),
  [
    { from: 430, minutes: 10, celsius: 77 },
    { from: 400, minutes: 60, celsius: 73 },
  ],
]
/** Somebody took care of what these boosters had then. */
const heededSpells = [spells[0]?.[1], spells[0]?.[3], spells[1]?.[1]]
const parts = 4

/** Backtests of the made-up past, by the real evaluator. */
export class MadeUpBacktests {
  /** What ends the next ones on the way, instead of a result. */
  failure: { code: string; detail: string } | undefined
  /** How many boosters have a past; none = nobody reported. */
  reporting = spells.length
  /** How many were given up by their client. */
  givenUp = 0
  readonly #running = new Set<number>()
  #pause: Promise<void> | undefined
  #resume = () => {}

  /** From now on they stop half way, until they are let go. */
  hold(): void {
    this.#pause = new Promise((resolve) => {
      this.#resume = resolve
    })
  }
  letGo(): void {
    this.#resume()
    this.#pause = undefined
  }

  answer(rule: AlertRule, asked: BacktestRequest, devices: readonly Reporting[], personId: number): MadeUpAnswer {
    const columns = pastColumnsOf(rule)
    if ('missing' in columns) {
      return { ...problem(400, 'not-in-history'), detail: `history does not keep ${columns.missing.join(', ')}` }
    }
    if (this.#running.has(personId)) return problem(409, 'backtest-running')
    this.#running.add(personId)
    return { status: 200, lines: (signal) => this.#lines(rule, asked, devices, signal, personId) }
  }

  async *#lines(
    rule: AlertRule,
    { from, to }: BacktestRequest,
    devices: readonly Reporting[],
    signal: AbortSignal,
    personId: number,
  ): AsyncGenerator<BacktestLine> {
    const untilAt = to === undefined ? Date.now() : Date.parse(to)
    const range = { untilAt, fromAt: from === undefined ? untilAt - 720 * hourMs : Date.parse(from) }
    const chosen = devices.map((device, index) => ({
      ...{ serial: device.serial, name: device.name, facts: { timeZone: 'UTC', model: modelFactsOf(device.model) } },
      heeded: (spells[index] ?? [])
        .filter((spell) => heededSpells.includes(spell))
        .map((spell) => ({ subject: undefined, ...momentsOf(spell, untilAt) }))
        .filter(({ raisedAt }) => raisedAt >= range.fromAt),
    }))
    const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    try {
      const backtest = new FleetBacktest(planBacktest(rule), chosen, range)
      let count = 0
      for await (const line of runBacktest(backtest, pastOf(devices.slice(0, this.reporting), range), range, signal)) {
        if (count++ === parts / 2) await Promise.race([this.#pause, gone])
        if (this.failure !== undefined && line.type === 'result') {
          yield backtestLineSchema.parse({ type: 'problem', ...this.failure })
        } else yield backtestLineSchema.parse(line)
      }
    } catch (error) {
      if (!signal.aborted) throw error
      this.givenUp++
    } finally {
      this.#running.delete(personId)
    }
  }
}

function momentsOf({ from, minutes }: Spell, untilAt: number) {
  const raisedAt = untilAt - from * hourMs
  return { raisedAt, clearedAt: raisedAt + minutes * minuteMs }
}

/** A report in ten minutes of each, in a few parts. */
async function* pastOf(devices: readonly Reporting[], { fromAt, untilAt }: { fromAt: number; untilAt: number }) {
  const partMs = (untilAt - fromAt) / parts
  for (let part = 0; part < parts; part++) {
    const [partFromAt, partUntilAt] = [fromAt + part * partMs, fromAt + (part + 1) * partMs]
    const ofDevices = devices.map(({ serial, status }, index) => ({
      ...{ serial, reports: [...reportsOf(status, spells[index] ?? [], partFromAt, partUntilAt, untilAt)] },
    }))
    const reports = ofDevices.reduce((sum, one) => sum + one.reports.length, 0)
    yield { untilAt: partUntilAt, reports, devices: () => ofDevices }
  }
}

function* reportsOf(status: DeviceStatus, hot: readonly Spell[], fromAt: number, toAt: number, untilAt: number) {
  const moments = hot.map((spell) => ({ ...momentsOf(spell, untilAt), celsius: spell.celsius }))
  for (let at = Math.ceil(fromAt / intervalMs) * intervalMs; at < toAt; at += intervalMs) {
    const spell = moments.find(({ raisedAt, clearedAt }) => at >= raisedAt && at < clearedAt)
    const boardCelsius = spell?.celsius ?? 45
    const said = { ...status, bootId: 1, sequence: at / intervalMs, mode: 'normal' as const, intervalSeconds: 600 }
    const environment = { ...status.environment, boardCelsius }
    yield { at, status: { ...said, at: new Date(at).toISOString(), environment } }
  }
}
