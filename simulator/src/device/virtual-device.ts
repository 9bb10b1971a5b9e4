import type { Fault } from '../faults/fault.ts'
import { effectsOf, type FaultEffects, noBandEffects } from '../faults/fault-effects.ts'
import type { FleetDevice, FleetSite } from '../fleet/fleet.ts'
import { Random, seedOf } from '../random.ts'
import type { Replay, ReplayedValues } from '../replay/replay.ts'
import { type Installation, installationOf } from './installation.ts'
import { type LocalTime, localTime } from './local-time.ts'
import { Fading, rareEvent, rsrpFading, rsrqFading, sinrFading, slowNoise } from './noise.ts'
import { followHeat, type HeatProtection, protectFromHeat, settledCelsius } from './thermal.ts'
import { occupancy } from './traffic.ts'
import { VirtualBand } from './virtual-band.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const ambientPeakHour = 15
/** Backhaul outages: one in twenty days, some minutes to an hour. */
const backhaulOutages = { slotMs: 24 * hourMs, chance: 1 / 20, medianDurationMs: 15 * 60_000, durationSpread: 0.7 }
/** How long a reboot keeps the device silent. */
const rebootMs = 5_000
/** A model that starts while a fault is under way lives through what led up to it. */
const warmUpMs = 3 * hourMs
const warmUpStepMs = 60_000

export interface VirtualDeviceOptions {
  fleetSeed: number
  device: FleetDevice
  site: FleetSite
  faults?: readonly Fault[]
  /** Recorded radio values in place of simulated ones. */
  replay?: Replay
  /** Epoch ms of its first moment. */
  at: number
}

/**
 * A virtual iRepeater: seeded and repeatable, without a clock of its own; `stepTo` moves it on by a second or by ten minutes.
 * Fields are what its sensors see at `at`; `measureReport` makes a report of them. Slow changes depend on time alone, so that
 * a second instance of the same device continues where another ended.
 */
export class VirtualDevice {
  readonly device: FleetDevice
  readonly site: FleetSite
  readonly installation: Installation
  readonly bands: VirtualBand[]
  readonly random: Random
  readonly donorRsrq: Fading
  readonly donorSinr: Fading
  readonly modemRsrp: Fading
  at: number
  poweredSince: number
  /** Starts since this model began: a reboot loop or returning power adds to it. */
  starts = 0
  /** Connections lost for a moment since this model began. */
  connectionLosses = 0
  localTime: LocalTime
  occupancy = 0
  ambientCelsius: number
  boardCelsius: number
  heat: HeatProtection = { foldbackDb: 0, isTooHot: false }
  effects: Readonly<FaultEffects>
  /** True if the whole backhaul is down for reasons of its own. */
  isBackhaulDown = false
  /** What the recording says of the last step; undefined without one. */
  replayed: ReplayedValues | undefined
  readonly #faults: readonly Fault[]
  readonly #bandNumbers: readonly number[]
  readonly #replay: Replay | undefined
  #rebootedAt = Number.NEGATIVE_INFINITY
  #wasPowered = true
  #losses: { at: number; count: number }[] = []

  constructor({ fleetSeed, device, site, faults = [], replay, at }: VirtualDeviceOptions) {
    this.device = device
    this.site = site
    this.installation = installationOf(fleetSeed, device, site)
    this.#faults = faults
    this.#replay = replay
    this.#bandNumbers = this.installation.model.bands
    const startAt = faults.some((fault) => fault.startAt < at) ? at - warmUpMs : at - warmUpStepMs
    this.at = startAt
    this.random = new Random(seedOf(this.installation.seed, Math.floor(startAt / 1000)))
    this.poweredSince = at - Math.floor(this.random.between(1, 20 * 24) * hourMs)
    this.donorRsrq = new Fading(rsrqFading, this.random)
    this.donorSinr = new Fading(sinrFading, this.random)
    this.modemRsrp = new Fading(rsrpFading, this.random)
    const rebalanceOffsetMs = Math.floor(this.random.between(1, 4) * hourMs)
    this.bands = this.installation.bands.map((band) => new VirtualBand(band, startAt, rebalanceOffsetMs))
    this.effects = effectsOf(faults, this.#bandNumbers, startAt)
    this.localTime = localTime(site.timeZone, startAt)
    this.ambientCelsius = this.#ambientCelsius()
    this.boardCelsius = this.#settledCelsius()
    while (this.at < at) this.stepTo(Math.min(at, this.at + warmUpStepMs))
    this.starts = 0
    this.connectionLosses = 0
    this.#losses = []
  }

  /** Of the last 24 hours. */
  get connectionLosses24h(): number {
    return this.#losses.reduce((sum, { count }) => sum + count, 0)
  }

  get isPowered(): boolean {
    return this.effects.isPowered && this.at >= this.#rebootedAt + rebootMs
  }

  /** True if a report could leave the device now. */
  get isReachable(): boolean {
    return this.isPowered && this.effects.isLinkUp && !this.isBackhaulDown
  }

  /** Moves on to `at`, epoch ms. Without effect if that is past. */
  stepTo(at: number): void {
    const from = this.at
    if (at <= from) return
    this.at = at
    this.localTime = localTime(this.site.timeZone, at)
    this.occupancy = occupancy(this.site.kind, this.localTime)
    this.#applyFaults()
    this.isBackhaulDown = rareEvent(this.installation.seed ^ 0x5e, at, backhaulOutages) !== undefined
    this.#stepHeat(at - from)
    if (!this.isPowered) return
    this.donorRsrq.step(at - from, this.random)
    this.donorSinr.step(at - from, this.random)
    this.modemRsrp.step(at - from, this.random)
    this.replayed = this.#replay?.between(this.device.serial, from, at)
    const replayedBand = this.#replay?.band ?? this.#bandNumbers[0]
    for (const band of this.bands) {
      const number = band.installation.specification.band
      band.step({
        from,
        to: at,
        occupancy: this.occupancy,
        boardCelsius: this.boardCelsius,
        foldbackDb: this.heat.foldbackDb,
        isTooHot: this.heat.isTooHot,
        effects: this.effects.bands.get(number) ?? noBandEffects,
        replayed: number === replayedBand ? this.replayed : undefined,
      })
    }
  }

  #applyFaults(): void {
    if (this.#faults.length === 0) return
    const before = this.effects
    this.effects = effectsOf(this.#faults, this.#bandNumbers, this.at)
    const { reboots, connectionLosses, isPowered } = this.effects
    if (reboots > before.reboots) this.#rebootedAt = this.at
    if (reboots > before.reboots || (isPowered && !this.#wasPowered)) this.#powerUp()
    if (connectionLosses > before.connectionLosses) this.#loseConnection(connectionLosses - before.connectionLosses)
    this.#losses = this.#losses.filter(({ at }) => at > this.at - dayMs)
    this.#wasPowered = isPowered
  }

  #loseConnection(count: number): void {
    this.connectionLosses += count
    this.#losses.push({ at: this.at, count })
  }

  #powerUp(): void {
    this.starts += 1
    this.poweredSince = this.at
    this.heat = { foldbackDb: 0, isTooHot: false }
    for (const band of this.bands) band.restart(this.at)
  }

  #stepHeat(elapsedMs: number): void {
    this.ambientCelsius = this.#ambientCelsius()
    this.boardCelsius = followHeat(this.boardCelsius, this.#settledCelsius(), elapsedMs)
    this.heat = protectFromHeat(this.heat, this.boardCelsius, elapsedMs)
  }

  #ambientCelsius(): number {
    const { ambientMeanCelsius, ambientSwingCelsius, seed } = this.installation
    const angle = ((this.localTime.hour - ambientPeakHour) / 24) * 2 * Math.PI
    return (
      ambientMeanCelsius +
      ambientSwingCelsius * Math.cos(angle) +
      slowNoise(seed ^ 0x4b, this.at, 2 * hourMs) +
      this.effects.ambientOffsetCelsius
    )
  }

  #settledCelsius(): number {
    const { riseCelsius, model } = this.installation
    return settledCelsius({
      ambientCelsius: this.ambientCelsius,
      riseCelsius,
      load: this.load,
      fanEffect: model.fans === 0 ? 1 : this.effects.fanEffect,
      filterFactor: this.effects.filterFactor,
      isPowered: this.isPowered,
    })
  }

  /** Mean drive of its amplifiers, 0 to 1. */
  get load(): number {
    let sum = 0
    for (const band of this.bands) sum += band.load
    return sum / this.bands.length
  }
}
