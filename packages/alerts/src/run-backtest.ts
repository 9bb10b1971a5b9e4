import { setImmediate } from 'node:timers/promises'
import type { BacktestProgress, BacktestResult, DeviceStatus } from '@stellacontrol/protocol'
import type { BacktestRange, FleetBacktest } from './fleet-backtest.ts'

/** The reports of some devices in a part of the time. */
interface Part {
  /** Epoch ms. */
  untilAt: number
  reports: number
  devices(): Iterable<{ serial: string; reports: Iterable<{ at: number; status: DeviceStatus }> }>
}

/** What else the process does waits no longer than this. */
const turnMs = 5
/** Looking at the clock costs as much as a report. */
const reportsPerLook = 32

/**
 * Feeds a backtest with the past, part by part; everything else in the process has its turn meanwhile. Tells how far it is
 * after each part, and in the end the result.
 *
 * @throws what ends the parts; the reason of the signal when it aborts
 */
export async function* runBacktest(
  backtest: FleetBacktest,
  parts: AsyncIterable<Part>,
  { fromAt, untilAt }: BacktestRange,
  signal: AbortSignal,
): AsyncGenerator<BacktestProgress | BacktestResult> {
  const beginsAt = fromAt - backtest.plan.warmUpMs
  let reports = 0
  let taken = 0
  let turnEndsAt = performance.now() + turnMs
  for await (const part of parts) {
    for (const device of part.devices()) {
      const run = backtest.of(device.serial)
      if (run === undefined) continue
      for (const { at, status } of device.reports) {
        run.take(status, at)
        if (++taken % reportsPerLook !== 0 || performance.now() < turnEndsAt) continue
        await setImmediate()
        signal.throwIfAborted()
        turnEndsAt = performance.now() + turnMs
      }
    }
    signal.throwIfAborted()
    reports += part.reports
    const share = Math.round(((part.untilAt - beginsAt) / (untilAt - beginsAt)) * 1000) / 1000
    const until = new Date(part.untilAt).toISOString()
    yield { type: 'progress', share, until, reports, firings: backtest.endedFirings }
  }
  yield backtest.finish()
}
