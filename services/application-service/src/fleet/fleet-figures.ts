import type { FleetSummary } from '@stellacontrol/protocol'
import { messagesLog, oldestUnreadAt, type Redis, readStatuses } from '@stellacontrol/redis'
import { describe, type Log, pause } from '@stellacontrol/runtime'
import type { LedgerReader } from '../ledger/ledger-reader.ts'
import type { Access } from '../session/access.ts'
import type { FleetView } from './fleet-index.ts'
import { type AcceptedRates, countFleet } from './fleet-summary.ts'

const sampleEveryMs = 1_000

export interface FleetFiguresOptions {
  index: FleetView
  rates: AcceptedRates
  ledger: LedgerReader
  redis: Redis
  log: Log
  /** Told after a command of the state Redis succeeded. */
  onStateRead(): void
}

/** The figures above the fleet table, counted at most once a second per scope however many pages ask. */
export class FleetFigures {
  private readonly options: FleetFiguresOptions
  private readonly counted = new WeakMap<Access, FleetSummary>()
  /** As it was when the queue was asked: most entries that wait at that moment are gone a few ms later. */
  private oldestUnprocessedMs = 0

  constructor(options: FleetFiguresOptions) {
    this.options = options
  }

  summary(access: Access, now: number): FleetSummary {
    const known = this.counted.get(access)
    if (known && now - Date.parse(known.at) < sampleEveryMs / 2) return known
    const { index, rates, ledger } = this.options
    const summary: FleetSummary = {
      ...countFleet(index.visibleTo(access).values()),
      reportsPerSecond: rates.perSecond(access.visible, now),
      oldestUnprocessedMs: this.oldestUnprocessedMs,
      lost: ledger.lost,
      at: new Date(now).toISOString(),
    }
    this.counted.set(access, summary)
    return summary
  }

  /** Samples what must be asked for, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await Promise.all([
        this.attempt(() => this.sampleState(), signal),
        this.attempt(() => this.sampleQueue(), signal),
      ])
      await pause(sampleEveryMs, signal)
    }
  }

  private async sampleState(): Promise<void> {
    const { redis, onStateRead } = this.options
    // Whether there is such a status does not matter: it is asked for to see that Redis answers.
    await readStatuses(redis.state, redis.keys, ['NONE'])
    onStateRead()
  }

  private async sampleQueue(): Promise<void> {
    const { queue, keys } = this.options.redis
    const oldestAt = await oldestUnreadAt(queue, keys, { log: messagesLog, reader: 'live' })
    this.oldestUnprocessedMs = oldestAt === undefined ? 0 : Math.max(0, Date.now() - oldestAt)
  }

  private async attempt(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!signal.aborted) this.options.log.debug({ error: describe(error) }, 'figures.sample-failed')
    }
  }
}
