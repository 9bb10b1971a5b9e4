import type { BandStatus, DeviceStatus } from '@stellacontrol/protocol'
import type { CompiledRules } from './compile-rules.ts'
import { type BandState, type DeviceState, splitKey, staleAfterMs } from './device-state.ts'
import { isWorkingHour, localTime } from './local-time.ts'
import { learnAnew, learnLevel } from './own-normal.ts'
import { isOnAir, isTransmitting } from './read-measure.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** What was not heard for so long may have moved and come back. */
const mayHaveMovedMs = 3 * hourMs

/** The state of a device at its first report. */
export function firstState(status: DeviceStatus, now: number): DeviceState {
  const { bootId, sequence } = status
  return { bootId, sequence, reportedAt: now, intervalMs: intervalMsOf(status), restarts: [], entries: {}, bands: {} }
}

/** What the report itself says, before any rule looks at it. Pure. */
export function takeIn(
  rules: CompiledRules,
  known: DeviceState,
  status: DeviceStatus,
  timeZone: string,
  now: number,
): DeviceState {
  const { configVersion } = status.device
  const { firmwareVersion } = status
  const state: DeviceState = {
    ...known,
    bootId: status.bootId,
    sequence: status.sequence,
    reportedAt: now,
    intervalMs: intervalMsOf(status),
    restarts: restartsOf(known, status, now),
    bands: new Bands(rules, known, status, timeZone, now).takeIn(),
  }
  if (configVersion !== undefined) state.configVersion = configVersion
  if (firmwareVersion !== undefined) state.firmwareVersion = firmwareVersion
  const celsius = status.environment.boardCelsius
  const hasMoved = celsius !== known.board?.celsius || now - known.reportedAt > mayHaveMovedMs
  if (celsius !== undefined && hasMoved) state.board = { celsius, since: now }
  return state
}

export function isUnexpectedRestart(known: DeviceState, { bootId, device }: DeviceStatus): boolean {
  return bootId > known.bootId && device.resetReason !== 'command' && device.resetReason !== 'firmware'
}

export function isChanged<Value>(before: Value | undefined, after: Value | undefined): boolean {
  return before !== undefined && after !== undefined && before !== after
}

function restartsOf(known: DeviceState, status: DeviceStatus, now: number): number[] {
  const isUnexpected = isUnexpectedRestart(known, status)
  const [oldest] = known.restarts
  if (!isUnexpected && (oldest === undefined || oldest > now - dayMs)) return known.restarts
  const restarts = known.restarts.filter((at) => at > now - dayMs)
  return isUnexpected ? [...restarts, now] : restarts
}

/** What is remembered of the bands: copied only where the report changes it. */
class Bands {
  private readonly rules: CompiledRules
  private readonly known: DeviceState
  private readonly status: DeviceStatus
  private readonly now: number
  private readonly local
  private readonly isWorkingHour: boolean
  private readonly isOtherwise: boolean
  private readonly isLate: boolean

  constructor(rules: CompiledRules, known: DeviceState, status: DeviceStatus, timeZone: string, now: number) {
    this.rules = rules
    this.known = known
    this.status = status
    this.now = now
    this.local = localTime(timeZone, now)
    this.isWorkingHour = isWorkingHour(this.local)
    this.isOtherwise =
      isChanged(known.configVersion, status.device.configVersion) ||
      isChanged(known.firmwareVersion, status.firmwareVersion)
    this.isLate = now - known.reportedAt > staleAfterMs(known)
  }

  takeIn(): DeviceState['bands'] {
    const { bands } = this.known
    let after = bands
    for (const band of this.status.bands) {
      const before = bands[band.band]
      const own = this.takeInBand(before ?? { hours: [], days: [], uplinkAt: this.now }, band)
      if (own === before) continue
      if (after === bands) after = { ...bands }
      after[band.band] = own
    }
    return after
  }

  private takeInBand(before: BandState, band: BandStatus): BandState {
    let own = this.isOtherwise ? learnAnew(before, this.now) : before
    const uplinkAt = this.uplinkAt(own, band)
    if (uplinkAt !== own.uplinkAt) own = { ...own, uplinkAt }
    const level = band.downlinkOutputDbm
    if (this.isWorkingHour && level !== undefined && isTransmitting(band) && !this.isExplained(band.band))
      own = learnLevel(own, level.average, this.now, this.local)
    return own
  }

  /** Something else is wrong and told that lowers the level: neither normal nor sustained. */
  private isExplained(band: string): boolean {
    const { entries } = this.known
    for (const key in entries) {
      if ((entries[key]?.level ?? -1) < 0) continue
      const { rule, subject } = splitKey(key)
      const isElsewhere = subject?.startsWith('B') && subject !== band
      if (!isElsewhere && this.rules.unlearned.has(rule)) return true
    }
    return false
  }

  /** Time in which nobody could have been heard is no silence. An hour is fine enough for what is counted in days. */
  private uplinkAt({ uplinkAt }: BandState, band: BandStatus): number {
    const { uplinkActiveSeconds } = band
    if (uplinkActiveSeconds !== undefined && uplinkActiveSeconds > 0)
      return this.now - uplinkAt >= hourMs ? this.now : uplinkAt
    if (uplinkActiveSeconds !== undefined && isOnAir(band) && !this.isLate) return uplinkAt
    return Math.min(this.now, uplinkAt + this.now - this.known.reportedAt)
  }
}

function intervalMsOf({ intervalSeconds }: DeviceStatus): number {
  return (intervalSeconds ?? 600) * 1000
}
