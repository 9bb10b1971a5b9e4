import { type Database, isUnavailable } from '@stellacontrol/database'
import type { Ledger } from '@stellacontrol/protocol'
import { messagesLog, parseEntries, type Redis } from '@stellacontrol/redis'
import { describe, type Log, pause } from '@stellacontrol/runtime'
import { allowanceHoursOf, balanceLedger } from './balance-ledger.ts'
import { readPartitions } from './read-ledger.ts'

const sampleEveryMs = 10_000
/** What an entry costs beside its payload: field names, serial, time, its share of the stream's node (Redis 7.0, measured). */
const entryOverheadBytes = 110
/** A full five-band report; used until a real one was seen. */
const typicalPayloadBytes = 260

interface AppendSample {
  appended: number
  at: number
}

/**
 * Reads the ledger when asked and every ten seconds by itself, so that the fleet summary can show losses and the append rate is
 * known. Readings that overlap are one.
 */
export class LedgerReader {
  private readonly redis: Redis
  private readonly database: Database
  private readonly log: Log
  private readonly onDatabase: (error?: unknown) => void
  private reading: Promise<Ledger> | undefined
  private latest: Ledger | undefined
  private samples: AppendSample[] = []
  private payloadBytes = typicalPayloadBytes

  constructor(options: { redis: Redis; database: Database; log: Log; onDatabase: (error?: unknown) => void }) {
    this.onDatabase = options.onDatabase
    this.redis = options.redis
    this.database = options.database
    this.log = options.log
  }

  /** Messages that were expired unread plus what the ledger misses, by the newest reading; 0 before the first. */
  get lost(): number {
    if (this.latest === undefined) return 0
    return this.latest.expired + Math.abs(this.latest.difference)
  }

  /** @throws errors of Redis and PostgreSQL that are away */
  read(): Promise<Ledger> {
    this.reading ??= this.readNow().finally(() => {
      this.reading = undefined
    })
    return this.reading
  }

  /** Samples until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.read()
        this.onDatabase()
      } catch (error) {
        if (isUnavailable(error)) this.onDatabase(error)
        if (!signal.aborted) this.log.debug({ error: describe(error) }, 'ledger.read-failed')
      }
      await pause(sampleEveryMs, signal)
    }
  }

  private async readNow(): Promise<Ledger> {
    const [readings, memory] = await Promise.all([readPartitions(this.redis, this.database), this.readMemory()])
    const now = Date.now()
    const appended = readings.reduce((sum, { queue }) => sum + queue.appended, 0)
    const entriesPerSecond = this.appendRate({ appended, at: now })
    if (appended > 0) await this.measurePayload()
    const bytesPerEntry = this.payloadBytes + entryOverheadBytes
    const allowance = memory === undefined ? null : allowanceHoursOf({ ...memory, entriesPerSecond, bytesPerEntry })
    this.latest = balanceLedger(readings, now, allowance)
    return this.latest
  }

  /** Entries per second over the last minute of samples. */
  private appendRate(sample: AppendSample): number {
    const [first] = this.samples
    if (first && sample.appended < first.appended) this.samples = []
    const previous = this.samples.at(-1)
    if (previous === undefined || sample.at - previous.at >= sampleEveryMs / 2) this.samples.push(sample)
    while (this.samples.length > 7) this.samples.shift()
    const oldest = this.samples[0] as AppendSample
    return sample.at > oldest.at ? ((sample.appended - oldest.appended) * 1000) / (sample.at - oldest.at) : 0
  }

  /** The limit and use of the queue server; undefined on a Cluster, whose nodes fill up one by one. */
  private async readMemory(): Promise<{ maximumBytes: number; usedBytes: number } | undefined> {
    if (this.redis.queue.url.kind === 'cluster') return undefined
    const info = String(await this.redis.queue.command(undefined, ['INFO', 'memory']))
    const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
    return { maximumBytes: field('maxmemory'), usedBytes: field('used_memory') }
  }

  /** The mean payload of the newest entries that are still there: most of the time the queue is empty behind its readers. */
  private async measurePayload(): Promise<void> {
    const stream = this.redis.keys.stream(messagesLog.name, 0)
    const command = ['XREVRANGE', stream, '+', '-', 'COUNT', '20']
    const entries = parseEntries(await this.redis.queue.command(stream, command, { buffers: true }))
    if (entries.length === 0) return
    const bytes = entries.reduce((sum, { fields }) => sum + (fields.get('p')?.length ?? 0), 0)
    this.payloadBytes = bytes / entries.length
  }
}
