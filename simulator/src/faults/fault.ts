/**
 * Everything that can go wrong with a virtual device. Each fault has a label, a start and an end, so that what other software
 * makes of the reports can be scored against what really happened.
 */
export const faultKinds = [
  'fan-stop',
  'fan-wear',
  'filter-clog',
  'over-temperature',
  'supply-sag',
  'mains-loss',
  'antenna-moved',
  'oscillation-burst',
  'water-ingress',
  'pa-degradation',
  'donor-off',
  'donor-retune',
  'near-cell-overload',
  'cable-cut',
  'band-off-by-user',
  'offline',
  'lan-unplugged',
  'flapping-connection',
  'clock-jump',
  'reboot-loop',
  'duplicate-reports',
  'out-of-order-reports',
  'stuck-sensor',
  'sentinel-leak',
  'truncated-message',
  'unknown-band',
  'newer-firmware',
  'older-firmware',
  'site-power-cut',
] as const
export type FaultKind = (typeof faultKinds)[number]

export interface FaultTraits {
  /** Strength without `magnitude`, in the unit named here. */
  magnitude: number
  unit: string
  /** Chance in a message, or a yes-or-no effect, or one that grows while the fault lasts. */
  isBand: boolean
}

/** What `magnitude` means for each kind. `isBand`: acts on one band if `band` is given, else on all. */
export const faultTraits: Readonly<Record<FaultKind, FaultTraits>> = {
  'fan-stop': { magnitude: 1, unit: "share of the fans' effect lost", isBand: false },
  'fan-wear': { magnitude: 5, unit: '% of speed lost per day', isBand: false },
  'filter-clog': { magnitude: 0.15, unit: 'thermal resistance gained per day, up to half again', isBand: false },
  'over-temperature': { magnitude: 25, unit: 'K warmer surroundings', isBand: false },
  'supply-sag': { magnitude: 14, unit: '% of the nominal voltage', isBand: false },
  'mains-loss': { magnitude: 1, unit: 'on battery', isBand: false },
  'antenna-moved': { magnitude: 10, unit: 'dB of isolation lost', isBand: true },
  'oscillation-burst': { magnitude: 1, unit: 'bursts per minute of transmission', isBand: true },
  'water-ingress': { magnitude: 3, unit: 'dB of return loss lost per day', isBand: true },
  'pa-degradation': { magnitude: 0.5, unit: 'dB of output lost per week', isBand: true },
  'donor-off': { magnitude: 45, unit: 'dB of donor level lost', isBand: true },
  'donor-retune': { magnitude: 23, unit: 'dB of donor level lost', isBand: true },
  'near-cell-overload': { magnitude: -14, unit: 'dBm at the donor port', isBand: true },
  'cable-cut': { magnitude: 1, unit: 'no uplink any more', isBand: true },
  'band-off-by-user': { magnitude: 1, unit: 'off', isBand: true },
  offline: { magnitude: 1, unit: 'no power', isBand: false },
  'lan-unplugged': { magnitude: 1, unit: 'no connection; reports are kept', isBand: false },
  'flapping-connection': { magnitude: 45, unit: 's between losses of the connection', isBand: false },
  'clock-jump': { magnitude: 10_800, unit: 's that the clock is ahead', isBand: false },
  'reboot-loop': { magnitude: 120, unit: 's between reboots', isBand: false },
  'duplicate-reports': { magnitude: 0.3, unit: 'chance of each report', isBand: false },
  'out-of-order-reports': { magnitude: 0.3, unit: 'chance of each report', isBand: false },
  'stuck-sensor': { magnitude: 1, unit: 'board temperature does not move', isBand: false },
  'sentinel-leak': { magnitude: 0.5, unit: 'chance of each report', isBand: false },
  'truncated-message': { magnitude: 0.2, unit: 'chance of each report', isBand: false },
  'unknown-band': { magnitude: 77, unit: '3GPP band number', isBand: false },
  'newer-firmware': { magnitude: 1, unit: 'sends unknown fields and values', isBand: false },
  'older-firmware': { magnitude: 1, unit: 'sends few fields', isBand: false },
  'site-power-cut': { magnitude: 1, unit: 'no power', isBand: false },
}

/** A fault as it is planned or written in a file: for one device or for all devices of a site. */
export interface FaultSpecification {
  fault: FaultKind
  /** Free text that identifies this occurrence when alerts are scored; made from the other fields if absent. */
  label?: string
  serial?: string
  site?: string
  /** 3GPP number; absent = all bands. */
  band?: number
  /** See faultTraits; its default if absent. */
  magnitude?: number
  /** Seconds from the start of the run, may be negative; or an ISO 8601 moment. */
  start: number | string
  /** The same; absent = until the run ends. */
  end?: number | string
  /** Comes back with this period while the first occurrence's duration is kept. */
  everySeconds?: number
}

/** A fault of one device, resolved: moments in epoch ms, `endAt` Infinity while open. */
export interface Fault {
  kind: FaultKind
  label: string
  serial: string
  band: number | undefined
  magnitude: number
  startAt: number
  endAt: number
  everyMs: number | undefined
}

/** Milliseconds for which this occurrence has lasted at `at`; undefined while the fault is not there. */
export function faultAgeMs(fault: Fault, at: number): number | undefined {
  const sinceStartMs = at - fault.startAt
  if (sinceStartMs < 0) return undefined
  if (fault.everyMs === undefined) return at < fault.endAt ? sinceStartMs : undefined
  const ageMs = sinceStartMs % fault.everyMs
  return ageMs < fault.endAt - fault.startAt ? ageMs : undefined
}
