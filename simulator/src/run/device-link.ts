import { uplinkTopic } from '@stellacontrol/protocol'
import { measureReport, type ReportIdentity } from '../device/measure-report.ts'
import type { VirtualDevice } from '../device/virtual-device.ts'
import { encodeWithFaults } from '../faults/message-faults.ts'
import { MqttConnection } from '../mqtt-connection.ts'
import type { SocketTls } from '../open-socket.ts'
import { type WitnessedReport, type WitnessWriter, witnessFlags } from '../witness.ts'
import type { BootCounters } from './boot-counters.ts'
import type { Statistics } from './statistics.ts'

/** A report on its way: identity and bytes stay the same however often it is sent. */
export interface OutgoingReport extends WitnessedReport {
  payload: Uint8Array
  flags: number
  onAcknowledged?: () => void
}

export interface DeviceLinkOptions {
  virtual: VirtualDevice
  intervalSeconds: number
  isLive: boolean
  host: string
  port: number
  tls: SocketTls | undefined
  counters: BootCounters
  witness: WitnessWriter | undefined
  statistics: Statistics
  /** Reports that a device keeps while it is offline. */
  keptReports: number
  reconnect: { minimumMs: number; maximumMs: number }
  acknowledgeTimeoutMs: number
}

/** Publishes of one device that may be unacknowledged at a time. */
const windowReports = 32
/** A report at connection is not worth it so soon after another. */
const leastPauseMs = 900

/**
 * One device and its connection: makes reports, keeps them while it is offline, sends kept ones oldest first and repeats what
 * was not acknowledged.
 */
export class DeviceLink {
  readonly virtual: VirtualDevice
  readonly intervalMs: number
  readonly isLive: boolean
  readonly #options: DeviceLinkOptions
  readonly #serial: string
  readonly #topic: Buffer
  readonly #connection: MqttConnection
  #bootId: number
  #seq = 0
  #starts = 0
  #connectionLosses = 0
  #isConnected = false
  #lastReportAt = 0
  #inFlight = 0
  /** Made and not sent, oldest first; the first `#returned` of them were sent on a connection that was lost. */
  readonly #waiting: OutgoingReport[] = []
  #returned = 0
  /** The past, sent when nothing else waits. */
  readonly #background: OutgoingReport[] = []
  #backgroundInFlight = 0
  /** Held back so that the next report overtakes it. */
  #held: OutgoingReport | undefined

  constructor(options: DeviceLinkOptions) {
    const { virtual } = options
    this.#options = options
    this.virtual = virtual
    this.isLive = options.isLive
    this.intervalMs = options.intervalSeconds * 1000
    this.#serial = virtual.device.serial
    this.#topic = Buffer.from(uplinkTopic(this.#serial, 'report'))
    this.#bootId = options.counters.current(this.#serial)
    this.#connection = new MqttConnection({
      host: options.host,
      port: options.port,
      tls: options.tls,
      clientId: this.#serial,
      username: this.#serial,
      password: virtual.device.secret,
      reconnect: options.reconnect,
      acknowledgeTimeoutMs: options.acknowledgeTimeoutMs,
      onConnected: () => this.#connected(),
      onDisconnected: (reason) => this.#disconnected(reason),
    })
  }

  get serial(): string {
    return this.#serial
  }

  /** True while something waits that can be sent, or an acknowledgement is missing. */
  get hasWork(): boolean {
    return this.#inFlight > 0 || this.#hasBackground || (this.#waiting.length > 0 && this.virtual.isReachable)
  }

  /** Connects if the device could; `now` in epoch ms. */
  open(): void {
    if (this.virtual.isReachable || this.#hasBackground) this.#connection.open()
  }

  /** The moment of a report has come: lives up to it, and sends or keeps what it measures. */
  report(at: number): void {
    this.virtual.stepTo(at)
    this.#followFaults()
    if (!this.virtual.isPowered) return
    this.#enqueue(this.#measure(at))
    this.#pump()
  }

  /** Sends a report of the past when nothing newer waits; connects for it even if the device could not at this moment. */
  sendInBackground(report: OutgoingReport): void {
    this.#background.push(report)
    this.#connection.open()
    this.#pump()
  }

  /** The last report before the device fell silent, as the server has it from before this run. */
  sendLastWords(before: VirtualDevice): void {
    this.#seq += 1
    const { intervalSeconds } = this.#options
    const identity: ReportIdentity = { bootId: this.#bootId, seq: this.#seq, mode: 'normal', intervalSeconds }
    const { payload } = encodeWithFaults(measureReport(before, identity), before.effects, before.random)
    this.sendInBackground({ bootId: this.#bootId, seq: this.#seq, at: before.at, payload, flags: 0 })
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  get #hasBackground(): boolean {
    return this.#background.length + this.#backgroundInFlight > 0
  }

  #followFaults(): void {
    const { virtual } = this
    if (virtual.starts !== this.#starts) {
      this.#starts = virtual.starts
      this.#bootId = this.#options.counters.next(this.#serial)
      this.#seq = 0
      this.#connection.drop('rebooted')
    }
    if (virtual.connectionLosses !== this.#connectionLosses) {
      this.#connectionLosses = virtual.connectionLosses
      this.#connection.drop('connection lost by fault')
    }
    if (virtual.isReachable) this.#connection.open()
    else if (!this.#hasBackground) this.#connection.abandon('unreachable by fault')
  }

  #measure(at: number): OutgoingReport {
    const { virtual } = this
    const isInTime = this.#isConnected && virtual.isReachable
    const mode = isInTime ? (this.isLive ? 'live' : 'normal') : 'backfill'
    this.#seq += 1
    this.#lastReportAt = at
    const { intervalSeconds } = this.#options
    const report = measureReport(virtual, { bootId: this.#bootId, seq: this.#seq, mode, intervalSeconds })
    const { payload, isDamaged } = encodeWithFaults(report, virtual.effects, virtual.random)
    const modeFlag = mode === 'backfill' ? witnessFlags.backfill : mode === 'live' ? witnessFlags.live : 0
    const flags = modeFlag | (isDamaged ? witnessFlags.damaged : 0)
    return { bootId: this.#bootId, seq: this.#seq, at: report.sentAtMs ?? at, payload, flags }
  }

  #enqueue(report: OutgoingReport): void {
    const { effects, random } = this.virtual
    if (this.#held === undefined && effects.reorderChance > 0 && random.next() < effects.reorderChance) {
      this.#held = report
      return
    }
    this.#keep(report)
    if (this.#held !== undefined) this.#keep(this.#held)
    this.#held = undefined
    if (effects.duplicateChance > 0 && random.next() < effects.duplicateChance) {
      this.#keep({ ...report, flags: report.flags | witnessFlags.duplicate })
    }
  }

  #keep(report: OutgoingReport): void {
    const { statistics, keptReports } = this.#options
    this.#waiting.push(report)
    statistics.waiting += 1
    if (this.#waiting.length <= keptReports) return
    this.#waiting.shift()
    this.#returned = Math.max(0, this.#returned - 1)
    statistics.waiting -= 1
    statistics.dropped += 1
  }

  #pump(): void {
    if (!this.#isConnected) return
    while (this.#inFlight < windowReports && this.#waiting.length > 0 && this.virtual.isReachable) {
      const report = this.#waiting.shift()
      if (report === undefined) break
      this.#options.statistics.waiting -= 1
      this.#send(report, false)
    }
    while (this.#inFlight < windowReports) {
      const report = this.#background.shift()
      if (report === undefined) return
      this.#backgroundInFlight += 1
      this.#send(report, true)
    }
  }

  #send(report: OutgoingReport, isBackground: boolean): void {
    const { statistics, witness } = this.#options
    this.#inFlight += 1
    statistics.sent += 1
    statistics.unacknowledged += 1
    witness?.sent(this.#serial, report, report.flags)
    const isRepeated = (report.flags & witnessFlags.repeated) !== 0
    this.#connection.send(this.#topic, report.payload, isRepeated, (error) => {
      this.#inFlight -= 1
      statistics.unacknowledged -= 1
      if (isBackground) this.#backgroundInFlight -= 1
      if (error === undefined) this.#acknowledged(report)
      else this.#takeBack(report, isBackground)
    })
  }

  #acknowledged(report: OutgoingReport): void {
    this.#options.statistics.acknowledged += 1
    this.#options.witness?.acknowledged(this.#serial, report, report.flags)
    report.onAcknowledged?.()
    this.#pump()
  }

  /** Goes back to the head of its queue, behind what was sent before it. */
  #takeBack(report: OutgoingReport, isBackground: boolean): void {
    report.flags |= witnessFlags.repeated
    if (isBackground) {
      this.#background.push(report)
      return
    }
    this.#waiting.splice(this.#returned, 0, report)
    this.#returned += 1
    this.#options.statistics.waiting += 1
  }

  #connected(): void {
    this.#isConnected = true
    this.#returned = 0
    this.#options.statistics.connected += 1
    this.#pump()
    const now = Date.now()
    if (this.virtual.isReachable && now - this.#lastReportAt > leastPauseMs) this.report(now)
  }

  #disconnected(reason: Error): void {
    const { statistics } = this.#options
    if (this.#isConnected) statistics.connected -= 1
    this.#isConnected = false
    this.#returned = 0
    if (/by fault|rebooted|closed$/.test(reason.message)) return
    statistics.errors += 1
    statistics.lastError = reason.message
  }
}
