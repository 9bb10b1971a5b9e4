import { bandSpecifications, deviceModels } from '@stellacontrol/protocol/models'
import { type Fault, type FaultKind, type FleetDevice, faultTraits, Random, seedOf } from '@stellacontrol/simulator'
import { expectedAlerts, harmlessFaults } from './expected-alerts.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** What counts over 24 h has forgotten one fault before the next one comes. */
const pauseMs = { least: 40 * hourMs, most: 60 * hourMs }

export interface EpisodePlan {
  seed: number
  devices: readonly FleetDevice[]
  /** Epoch ms. */
  from: number
  to: number
  /** Without any fault at first: a band's own normal takes five working days to learn. */
  learningDays: number
  kinds: readonly FaultKind[]
}

export const alertingKinds = Object.keys(expectedAlerts) as FaultKind[]
export const harmlessKinds = Object.keys(harmlessFaults) as FaultKind[]

/** Labelled faults one after another on each device, all kinds equally often. The same plan gives the same faults. Pure. */
export function planEpisodes({ seed, devices, from, to, learningDays, kinds }: EpisodePlan): Map<string, Fault[]> {
  const planned = new Map<string, Fault[]>()
  const counts = new Map(kinds.map((kind) => [kind, 0]))
  for (const device of devices) {
    const random = new Random(seedOf(seed, 'episodes', device.serial))
    const faults: Fault[] = []
    let at = from + learningDays * dayMs + random.between(0, 2 * dayMs)
    for (;;) {
      const fault = makeFault(device, rarestFitting(counts, device, at, to), at, random)
      if (fault === undefined) break
      counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1)
      faults.push(fault)
      at = fault.endAt + random.between(pauseMs.least, pauseMs.most)
    }
    planned.set(device.serial, faults)
  }
  return planned
}

/** The kind that was planned least often so far, of those that the device can have and that end in time. */
function rarestFitting(
  counts: ReadonlyMap<FaultKind, number>,
  { model }: FleetDevice,
  at: number,
  to: number,
): FaultKind | undefined {
  const fans = deviceModels.get(model)?.fans ?? 0
  const fitting = [...counts].filter(
    ([kind]) => (fans > 0 || !kind.startsWith('fan-')) && at + (spanOf(kind).hours[1] + 24) * hourMs <= to,
  )
  return fitting.toSorted(([, left], [, right]) => left - right)[0]?.[0]
}

function makeFault(device: FleetDevice, kind: FaultKind | undefined, at: number, random: Random): Fault | undefined {
  if (kind === undefined) return undefined
  const { hours, magnitude } = spanOf(kind)
  const bands = deviceModels.get(device.model)?.bands ?? []
  const band = faultTraits[kind].isBand ? random.pick(bands.filter((one) => bandSpecifications.has(one))) : undefined
  return {
    kind,
    label: `${kind} ${device.serial} ${new Date(at).toISOString()}`,
    serial: device.serial,
    band,
    magnitude: magnitude === undefined ? faultTraits[kind].magnitude : random.between(...magnitude),
    startAt: at,
    endAt: at + random.between(...hours) * hourMs,
    everyMs: undefined,
  }
}

function spanOf(kind: FaultKind) {
  const span = expectedAlerts[kind] ?? harmlessFaults[kind]
  if (span === undefined) throw new RangeError(`nobody says whether ${kind} is to be alerted`)
  return span
}
