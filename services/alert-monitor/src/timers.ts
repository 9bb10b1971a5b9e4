import { type AlertWatch, type HeldPartition, type Redis, readAlertWatch, writeAlertWatch } from '@stellacontrol/redis'
import { describe, type Log, pause } from '@stellacontrol/runtime'
import type { Hearing } from './hearing.ts'
import { watchOn } from './outages.ts'

const tickEveryMs = 500
/** Between writes of when a partition's devices were surely heard: what a crash makes an outage longer by. */
const writeEveryMs = 2_000

interface Watched {
  epoch: number
  watch: AlertWatch
  writtenAt: number
}

/**
 * The clock of the alert monitor: twice a second it notes for every partition it holds whether its devices can be heard, and has
 * the deadlines looked at that have come. While the platform is deaf nothing is looked at.
 */
export class Timers {
  /** The partitions that are ours. */
  held: readonly HeldPartition[] = []
  private readonly watches = new Map<number, Watched>()
  private readonly options: TimersOptions

  constructor(options: TimersOptions) {
    this.options = options
  }

  /** Says which partitions are ours now. */
  hold(held: readonly HeldPartition[]): void {
    this.held = held.map(({ partition, epoch }) => ({ partition, epoch }))
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { log } = this.options
    for (let failures = 0; !signal.aborted; ) {
      await pause(tickEveryMs, signal)
      try {
        for (const held of this.held) if (!signal.aborted) await this.tick(held)
        failures = 0
      } catch (error) {
        if (failures++ % 20 === 0) log.warn({ failures, error: describe(error) }, 'timers.failed')
      }
    }
  }

  private async tick(held: HeldPartition): Promise<void> {
    const { hearing, lookAtDeadlines } = this.options
    const now = Date.now()
    const watched = await this.watchedOf(held)
    const isHearing = hearing.deafness === undefined
    const before = watched.watch
    watched.watch = watchOn(before, now, isHearing)
    const isNews = watched.watch.outages !== before.outages
    if (isHearing && (isNews || now - watched.writtenAt > writeEveryMs)) {
      const { state, keys } = this.options.redis
      await writeAlertWatch(state, keys, held.partition, watched.watch)
      watched.writtenAt = now
    }
    if (isNews)
      this.options.log.info({ partition: held.partition, outage: watched.watch.outages.at(-1) }, 'outage.over')
    if (isHearing) await lookAtDeadlines(held, watched.watch, now)
  }

  private async watchedOf(held: HeldPartition): Promise<Watched> {
    const known = this.watches.get(held.partition)
    if (known?.epoch === held.epoch) return known
    const { state, keys } = this.options.redis
    const watch = (await readAlertWatch(state, keys, held.partition)) ?? { heardUntil: Date.now(), outages: [] }
    const watched = { epoch: held.epoch, watch, writtenAt: 0 }
    this.watches.set(held.partition, watched)
    return watched
  }
}

interface TimersOptions {
  redis: Redis
  hearing: Hearing
  log: Log
  lookAtDeadlines(held: HeldPartition, watch: AlertWatch, now: number): Promise<void>
}
