import { Random, seedOf } from '../random.ts'
import type { Fleet, FleetDevice, FleetSite, SiteKind } from './fleet.ts'
import {
  firmwareVersions,
  kindWeights,
  organisations,
  places,
  siteForms,
  siteStems,
  streets,
  towns,
} from './fleet-names.ts'
import { planDemonstrationFaults } from './plan-demonstration-faults.ts'

export interface FleetPlan {
  seed: number
  /** Number of devices. */
  count: number
  /** Where secrets come from: pass real randomness, unless the fleet is for a test. Seeded by default. */
  randomBytes?: (size: number) => Uint8Array
  /** A few devices that are in trouble when a run starts, for a lively page. True by default. */
  withFaults?: boolean
}

const secretBytes = 32
const devicesPerSite = { least: 4, most: 12 }
const modelsByKind: Readonly<Record<SiteKind, readonly string[]>> = {
  office: ['iR5', 'iR6', 'iR5', 'iR4'],
  hotel: ['iR5', 'iR5', 'iR4'],
  hospital: ['iR5', 'iR5', 'iR6'],
  shopping: ['iR4', 'iR5'],
  ship: ['iR3', 'iR3', 'iR2'],
  rig: ['iR4', 'iR3'],
}

/** A fleet of invented customers: the same seed and count give the same fleet. Pure, unless `randomBytes` is not. */
export function planFleet({ seed, count, randomBytes, withFaults = true }: FleetPlan): Fleet {
  const random = new Random(seedOf(seed, 'fleet'))
  const secretRandom = new Random(seedOf(seed, 'secrets'))
  const bytes = randomBytes ?? ((size) => Uint8Array.from({ length: size }, () => secretRandom.bits() & 255))
  const fleet: Fleet = { seed, organisations: [], sites: [], devices: [], faults: [] }
  const siteNames = new Set<string>()
  const serials = new Set<string>()
  while (fleet.devices.length < count) {
    const site = planSite(random, siteNames)
    fleet.sites.push(site)
    if (!fleet.organisations.some(({ name }) => name === site.organisation)) {
      fleet.organisations.push({ name: site.organisation })
    }
    const wanted = devicesPerSite.least + random.integer(devicesPerSite.most - devicesPerSite.least + 1)
    const deviceCount = Math.min(count - fleet.devices.length, wanted)
    for (let index = 0; index < deviceCount; index++) {
      const secret = Buffer.from(bytes(secretBytes)).toString('base64url')
      fleet.devices.push(planDevice(random, site, index, serials, secret))
    }
  }
  if (withFaults) fleet.faults = planDemonstrationFaults(fleet)
  return fleet
}

function planSite(random: Random, taken: Set<string>): FleetSite {
  const { kind } = pickWeighted(random, kindWeights)
  const town = random.pick(towns)
  const isAtSea = kind === 'ship' || kind === 'rig'
  const [latitude, longitude] = isAtSea ? town.coast : [town.latitude, town.longitude]
  const spreadDegrees = isAtSea ? 0.2 : 0.04
  const address = isAtSea
    ? `${kind === 'ship' ? 'Home port' : 'Supply base'} ${town.name}`
    : `${1 + random.integer(180)} ${random.pick(streets)}, ${town.name}`
  const owners = organisations.filter(({ kinds }) => kinds.includes(kind))
  return {
    name: nameSite(random, kind, taken),
    organisation: random.pick(owners).name,
    kind,
    timeZone: town.timeZone,
    latitude: round4(latitude + spreadDegrees * random.gaussian() * 0.5),
    longitude: round4(longitude + spreadDegrees * random.gaussian() * 0.5),
    address,
  }
}

function nameSite(random: Random, kind: SiteKind, taken: Set<string>): string {
  for (let attempt = 0; ; attempt++) {
    const plain = `${random.pick(siteStems)} ${random.pick(siteForms[kind])}`
    const named = kind === 'ship' ? `MV ${plain}` : plain
    const name = attempt < 8 ? named : `${named} ${2 + random.integer(98)}`
    if (taken.has(name)) continue
    taken.add(name)
    return name
  }
}

function planDevice(random: Random, site: FleetSite, index: number, serials: Set<string>, secret: string): FleetDevice {
  const choices = places[site.kind]
  const place = choices[index % choices.length] ?? random.pick(choices)
  const round = Math.floor(index / choices.length)
  return {
    serial: nameSerial(random, serials),
    secret,
    model: random.pick(modelsByKind[site.kind]),
    name: round === 0 ? place.name : `${place.name} ${round + 1}`,
    site: site.name,
    placement: place.placement,
    firmwareVersion: pickWeighted(random, firmwareVersions).version,
  }
}

/** Like HN88192AD: two letters and seven hexadecimal digits. */
function nameSerial(random: Random, taken: Set<string>): string {
  for (;;) {
    const serial = `HN8${random.integer(0x1000000).toString(16).toUpperCase().padStart(6, '0')}`
    if (taken.has(serial)) continue
    taken.add(serial)
    return serial
  }
}

function pickWeighted<Choice extends { weight: number }>(random: Random, choices: readonly Choice[]): Choice {
  let left = random.next() * choices.reduce((sum, { weight }) => sum + weight, 0)
  for (const choice of choices) {
    left -= choice.weight
    if (left < 0) return choice
  }
  return random.pick(choices)
}

function round4(degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000
}
