import { deviceModels } from '@stellacontrol/protocol/models'
import type { Fleet } from '../fleet/fleet.ts'
import { Random, seedOf } from '../random.ts'
import type { FaultKind, FaultSpecification } from './fault.ts'

export interface FaultPlan {
  fleet: Fleet
  /** Epoch ms. */
  from: number
  to: number
  /** Faults of a device in a week, in the mean. */
  perDeviceWeek: number
  /** Which kinds; the usual troubles of a fleet by default. */
  kinds?: readonly FaultKind[]
}

const weekMs = 7 * 86_400_000
const hourMs = 3_600_000

/** What happens in a fleet's ordinary life, with its usual length in hours. */
const usual: readonly { kind: FaultKind; hours: number }[] = [
  { kind: 'fan-stop', hours: 5 },
  { kind: 'filter-clog', hours: 72 },
  { kind: 'supply-sag', hours: 2 },
  { kind: 'mains-loss', hours: 1 },
  { kind: 'antenna-moved', hours: 20 },
  { kind: 'oscillation-burst', hours: 1 },
  { kind: 'water-ingress', hours: 60 },
  { kind: 'donor-off', hours: 3 },
  { kind: 'donor-retune', hours: 2 },
  { kind: 'band-off-by-user', hours: 8 },
  { kind: 'offline', hours: 2 },
]
const ofOneBand: ReadonlySet<FaultKind> = new Set([
  'antenna-moved',
  'oscillation-burst',
  'water-ingress',
  'pa-degradation',
  'donor-off',
  'donor-retune',
  'near-cell-overload',
  'cable-cut',
  'band-off-by-user',
])
const otherHours = 1

/** Faults spread over a fleet and a span of time: the same fleet and span give the same faults. Pure. */
export function planFaults({ fleet, from, to, perDeviceWeek, kinds }: FaultPlan): FaultSpecification[] {
  const choices =
    kinds === undefined
      ? usual
      : kinds.map((kind) => usual.find((one) => one.kind === kind) ?? { kind, hours: otherHours })
  const faults: FaultSpecification[] = []
  for (const { serial, model } of fleet.devices) {
    const random = new Random(seedOf(fleet.seed, 'faults', serial, Math.floor(from / 1000)))
    let at = from + random.exponential(weekMs / perDeviceWeek)
    while (at < to) {
      const { kind, hours } = random.pick(choices)
      const endAt = at + hours * hourMs * Math.exp(0.5 * random.gaussian())
      const fault: FaultSpecification = { fault: kind, serial, start: iso(at), end: iso(endAt) }
      if (ofOneBand.has(kind)) fault.band = random.pick(deviceModels.get(model)?.bands ?? [])
      faults.push({
        ...fault,
        label: `${kind} ${serial}${fault.band === undefined ? '' : ` B${fault.band}`} ${iso(at)}`,
      })
      at = endAt + random.exponential(weekMs / perDeviceWeek)
    }
  }
  return faults
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
