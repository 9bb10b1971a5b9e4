import type { Counter, Metrics } from '@stellacontrol/runtime'
import type { FleetIndex } from './fleet/fleet-index.ts'
import type { LiveHub } from './live/live-hub.ts'

/** What this service measures of itself. Gauges are read when they are asked for. */
export class ApplicationMetrics {
  readonly gaps: Counter
  readonly mails: Counter<'outcome'>

  constructor(metrics: Metrics, { index, live }: { index: FleetIndex; live: LiveHub }) {
    this.gaps = metrics.counter(
      'stella_fleet_gaps_total',
      'Times that statuses were read again because some may be missed',
    )
    this.mails = metrics.counter('stella_mails_total', 'Attempts to send a mail: sent, retry, failed', ['outcome'])
    const read = (name: string, help: string, value: () => number) => {
      const gauge = metrics.gauge(name, help)
      Object.assign(gauge, { collect: () => gauge.set(value()) })
    }
    read('stella_fleet_devices', 'Devices in the fleet index', () => index.size)
    read('stella_live_connections', 'Open live connections', () => live.connections.size)
    read('stella_live_flushes', 'Times that news was sent to a live connection', () => live.sentFlushes)
    read('stella_live_flushes_skipped', 'Times that a slow reader was sent nothing', () => live.skippedFlushes)
  }
}
