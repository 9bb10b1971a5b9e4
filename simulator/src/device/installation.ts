import type { BandSpecification, DeviceModel } from '@stellacontrol/protocol'
import { bandSpecifications, deviceModels } from '@stellacontrol/protocol/models'
import type { FleetDevice, FleetSite, Placement, SiteKind } from '../fleet/fleet.ts'
import { Random, seedOf } from '../random.ts'
import { compositeOverRsrpDb, stabilityMarginDb } from './power-chain.ts'

/** How one band was installed: what stays the same until somebody comes with a ladder. */
export interface BandInstallation {
  specification: BandSpecification
  seed: number
  rsrpDbm: number
  isolationDb: number
  /** Set by the installer: below every limit that held on that day. */
  gainSetDb: number
  returnLossDb: number
  /** Deviation of the slow donor level. */
  donorDeviationDb: number
  /** Phone calls begun per second at the site's busiest hour. */
  callsPerSecond: number
}

export interface Installation {
  model: DeviceModel
  seed: number
  bands: BandInstallation[]
  ambientMeanCelsius: number
  ambientSwingCelsius: number
  /** Board over ambient at full load with clean, turning fans. */
  riseCelsius: number
  /** Most devices are on Ethernet and keep their modem off. */
  isOnEthernet: boolean
  modemRsrpDbm: number
  plmn: number
  cellId: number
}

const ambientOf: Record<Placement, { mean: number; swing: number }> = {
  room: { mean: 22, swing: 2 },
  'plant-room': { mean: 27, swing: 4 },
  'roof-cabinet': { mean: 16, swing: 11 },
  deck: { mean: 28, swing: 7 },
}

/** Board temperature at full load: the rise is chosen, by ventilation, so that warm places stay near it too. */
const loadedBoardCelsius = 55
/** The installer keeps this much below what the conditions of the day allow. */
const reserveDb = 5
const ethernetShare = 0.8
const networks = [27_201, 27_202, 27_205]
const isMoving = (kind: SiteKind): boolean => kind === 'ship'

/** How a device was installed: a function of the fleet's seed and the device alone. Throws for an unknown model. */
export function installationOf(fleetSeed: number, device: FleetDevice, site: FleetSite): Installation {
  const model = deviceModels.get(device.model)
  if (model === undefined) throw new RangeError(`unknown device model ${device.model} of ${device.serial}`)
  const seed = seedOf(fleetSeed, device.serial)
  const random = new Random(seedOf(seed, 'installation'))
  const ambient = ambientOf[device.placement]
  const ambientMeanCelsius = ambient.mean + 1.5 * random.gaussian()
  const riseCelsius = clamp(loadedBoardCelsius - ambient.mean + 1.5 * random.gaussian(), 24, 36)
  const donorRsrpDbm = random.between(-98, -80)
  const isolationBaseDb = random.between(86, 97)
  const bands = model.bands.map((band) => installBand(seed, band, donorRsrpDbm, isolationBaseDb, site.kind, random))
  return {
    model,
    seed,
    bands,
    ambientMeanCelsius,
    ambientSwingCelsius: ambient.swing,
    riseCelsius,
    isOnEthernet: !isMoving(site.kind) && random.next() < ethernetShare,
    modemRsrpDbm: random.between(-104, -82),
    plmn: random.pick(networks),
    cellId: 1_000_000 + random.integer(9_000_000),
  }
}

function installBand(
  deviceSeed: number,
  band: number,
  donorRsrpDbm: number,
  isolationBaseDb: number,
  kind: SiteKind,
  random: Random,
): BandInstallation {
  const specification = bandSpecifications.get(band)
  if (specification === undefined) throw new RangeError(`band ${band} is not in the table of bands`)
  const frequencyMhz = specification.downlinkMhz[0]
  const rsrpDbm = donorRsrpDbm + 3 * random.gaussian()
  // Free space: 6 dB more isolation for each doubling of the frequency, so that low bands oscillate first.
  const isolationDb = isolationBaseDb + 20 * Math.log10(frequencyMhz / 900) + 1.5 * random.gaussian()
  const inputDbm = rsrpDbm + compositeOverRsrpDb + 1.5
  const allowedDb = Math.min(
    specification.gainMaximumDb,
    isolationDb - stabilityMarginDb - reserveDb,
    10 - inputDbm - reserveDb,
    specification.downlinkOutputMaximumDbm - inputDbm,
  )
  return {
    specification,
    seed: seedOf(deviceSeed, band),
    rsrpDbm,
    isolationDb,
    gainSetDb: Math.max(40, Math.floor(allowedDb)),
    returnLossDb: random.between(16, 24),
    donorDeviationDb: isMoving(kind) ? 4 : 1.5,
    callsPerSecond: random.between(0.01, 0.06),
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
