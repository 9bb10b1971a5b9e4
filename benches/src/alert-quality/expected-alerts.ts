import type { Fault, FaultKind, VirtualDevice } from '@stellacontrol/simulator'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How the bench makes a fault: drawn evenly from these spans. */
interface Occurrence {
  hours: readonly [least: number, most: number]
  /** In the unit of `faultTraits`; its default where absent. */
  magnitude?: readonly [least: number, most: number]
}

/** A fault that people must be told of. */
export interface ExpectedAlert extends Occurrence {
  /** One of these, announced on the device (and band), detects it. */
  rules: readonly string[]
  /**
   * Detected in time = announced before it was bad for this long without a pause. A fault that is never bad for so long is
   * mild: it counts neither as detected nor as missed.
   */
  deadlineMs: number
  /** Whether it matters at this moment, from the simulated truth: never from what was measured or evaluated. */
  isBad: (device: VirtualDevice, fault: Fault) => boolean
  reason: string
}

/** A fault for which the right answer is no alert. */
export interface HarmlessFault extends Occurrence {
  /** What is true all the same and may be told. */
  mayTell: readonly string[]
  reason: string
}

const heat = ['temperature-exceeded', 'temperature-high', 'amplifier-hot']
const isolation = ['isolation-low', 'oscillation', 'band-shut-down', 'band-locked-out', 'oscillates-often']
const bandOf = (device: VirtualDevice, { band }: Fault) =>
  device.bands.find(({ installation }) => installation.specification.band === band)
const isSilent = ({ isReachable }: VirtualDevice) => !isReachable
const isHot = ({ boardCelsius }: VirtualDevice) => boardCelsius > 70
const isDonorLow = (device: VirtualDevice, fault: Fault) => (bandOf(device, fault)?.inputDbm ?? 0) < -85
const silenceReason = 'Original product: silent for more than 1 h; the minute is for the report that was under way.'

export const expectedAlerts: Partial<Record<FaultKind, ExpectedAlert>> = {
  'fan-stop': {
    rules: ['fan-stopped'],
    hours: [4, 16],
    deadlineMs: hourMs,
    isBad: ({ effects }) => effects.fanEffect < 0.05,
    reason: 'Fans of a cool board are hardly driven: it must first warm up, with a time constant of 25 min.',
  },
  'fan-wear': {
    rules: ['fan-slow', 'fan-stopped'],
    hours: [72, 120],
    magnitude: [9, 14],
    deadlineMs: 12 * hourMs,
    isBad: ({ effects }) => effects.fanEffect < 0.7,
    reason: 'Lost 30 % of its speed; nothing is at risk for days, and by night it is hardly driven.',
  },
  'filter-clog': {
    rules: heat,
    hours: [96, 144],
    magnitude: [0.15, 0.4],
    deadlineMs: hourMs,
    isBad: isHot,
    reason: 'Matters when the board is above 70 °C: two reports, and as long again.',
  },
  'over-temperature': {
    rules: [...heat, 'ambient-high'],
    hours: [4, 14],
    magnitude: [20, 36],
    deadlineMs: hourMs,
    isBad: isHot,
    reason: 'Matters when the board is above 70 °C: two reports, and as long again.',
  },
  'supply-sag': {
    rules: ['supply-out-of-range'],
    hours: [2, 12],
    magnitude: [5, 20],
    deadlineMs: 30 * minuteMs,
    isBad: ({ effects, site }) => effects.supplyLossPercent > (site.kind === 'ship' || site.kind === 'rig' ? 17 : 10),
    reason: 'Matters beyond 10 %, on generators, which swing by up to 7 %, beyond 17 %. Two reports and one to spare.',
  },
  'mains-loss': {
    rules: ['mains-lost'],
    hours: [0.5, 6],
    deadlineMs: 15 * minuteMs,
    isBad: ({ effects }) => effects.isOnBattery,
    reason: 'The next report says it.',
  },
  'antenna-moved': {
    rules: isolation,
    hours: [20, 70],
    magnitude: [8, 24],
    deadlineMs: hourMs,
    isBad: (device, fault) => {
      const band = bandOf(device, fault)
      return band !== undefined && band.isolationDb - band.installation.gainSetDb < 14.5
    },
    reason:
      'Matters when the isolation no longer carries the set gain with 15 dB to spare, less half a dB that no meter resolves: two reports, and as long again.',
  },
  'oscillation-burst': {
    rules: isolation,
    hours: [2, 14],
    magnitude: [0.3, 10],
    deadlineMs: hourMs,
    isBad: (device, fault) => (device.effects.bands.get(fault.band ?? 0)?.oscillationsPerMinute ?? 0) > 0,
    reason:
      'Several bursts come within minutes; pauses between the retries are short at first, so reports may miss some.',
  },
  'water-ingress': {
    rules: ['antenna-fault'],
    hours: [120, 150],
    magnitude: [2.4, 4],
    deadlineMs: 12 * hourMs,
    isBad: (device, fault) => {
      const loss = device.effects.bands.get(fault.band ?? 0)?.returnLossLossDb ?? 0
      return (bandOf(device, fault)?.installation.returnLossDb ?? 99) - loss < 9
    },
    reason: 'Matters below 9 dB of return loss; it worsens by 0.1 to 0.2 dB an hour, the noise of the meter is 0.2 dB.',
  },
  'pa-degradation': {
    rules: ['gain-mismatch', 'sustained-reduced-power'],
    hours: [140, 180],
    magnitude: [9, 14],
    deadlineMs: dayMs,
    isBad: (device, fault) => (device.effects.bands.get(fault.band ?? 0)?.outputLossDb ?? 0) > 6,
    reason: 'Matters from 6 dB, a quarter of the power; it loses 1 to 2 dB a day.',
  },
  'donor-off': {
    rules: ['donor-low'],
    hours: [2, 30],
    deadlineMs: hourMs,
    isBad: isDonorLow,
    reason: 'Matters below -85 dBm: three reports, and as long again.',
  },
  'donor-retune': {
    rules: ['donor-low', 'sustained-reduced-power'],
    hours: [4, 30],
    magnitude: [16, 34],
    deadlineMs: 2 * hourMs,
    isBad: isDonorLow,
    reason:
      'Matters below -85 dBm; a strong donor leaves enough. Levels wander by 1.4 dB: twice the time of donor-off.',
  },
  'near-cell-overload': {
    rules: ['donor-overload'],
    hours: [2, 20],
    magnitude: [-16.5, -10],
    deadlineMs: 30 * minuteMs,
    isBad: (device, fault) => (device.effects.bands.get(fault.band ?? 0)?.overloadDbm ?? -99) > -17,
    reason: 'Two reports and one to spare.',
  },
  'cable-cut': {
    rules: ['uplink-silent'],
    hours: [170, 190],
    deadlineMs: 6.5 * dayMs,
    isBad: (device, fault) => device.effects.bands.get(fault.band ?? 0)?.isUplinkDead ?? false,
    reason: 'Silence of an idle band is normal: three whole working days, with a weekend between them.',
  },
  offline: {
    rules: ['device-offline'],
    hours: [0.4, 12],
    deadlineMs: 61 * minuteMs,
    isBad: isSilent,
    reason: silenceReason,
  },
  'site-power-cut': {
    rules: ['device-offline'],
    hours: [0.4, 100],
    deadlineMs: 61 * minuteMs,
    isBad: isSilent,
    reason: silenceReason,
  },
  'lan-unplugged': {
    rules: ['device-offline'],
    hours: [0.4, 30],
    deadlineMs: 61 * minuteMs,
    isBad: isSilent,
    reason: silenceReason,
  },
  'flapping-connection': {
    rules: ['connection-unstable'],
    hours: [3, 20],
    magnitude: [45, 900],
    deadlineMs: 4 * hourMs,
    isBad: ({ effects }) => effects.connectionLosses > 0,
    reason:
      'More than six losses make a day bad: at four an hour after two hours; no report is lost, so two more do no harm.',
  },
  'clock-jump': {
    rules: ['clock-off'],
    hours: [2, 30],
    magnitude: [-40_000, 40_000],
    deadlineMs: hourMs,
    isBad: ({ effects }) => Math.abs(effects.clockOffsetMs) > minuteMs,
    reason: 'Reports keep their order without the clock: three reports, and as long again.',
  },
  'reboot-loop': {
    rules: ['restart-loop'],
    hours: [3, 10],
    magnitude: [180, 1_800],
    deadlineMs: 2.5 * hourMs,
    isBad: ({ effects }) => effects.reboots > 0,
    reason: 'The fourth restart of a day makes a loop: at one each half hour after two hours.',
  },
  'stuck-sensor': {
    rules: ['sensor-stuck'],
    hours: [20, 60],
    deadlineMs: 14 * hourMs,
    isBad: ({ effects }) => effects.isSensorStuck,
    reason:
      'A coarse sensor may rest for a whole night; twelve hours contain a change of the load. One hour to spare each way.',
  },
}

export const harmlessFaults: Partial<Record<FaultKind, HarmlessFault>> = {
  'band-off-by-user': { hours: [2, 120], mayTell: [], reason: 'Somebody wanted it.' },
  'duplicate-reports': { hours: [5, 40], mayTell: [], reason: 'The same report twice is one report.' },
  'out-of-order-reports': { hours: [5, 40], mayTell: [], reason: 'The late one is history.' },
  'sentinel-leak': { hours: [5, 40], mayTell: [], reason: 'A value that cannot be true is absent.' },
  'truncated-message': {
    hours: [5, 30],
    magnitude: [0.1, 0.2],
    mayTell: [],
    reason: 'Set aside and counted by the processor; the device is there.',
  },
  'unknown-band': { hours: [5, 40], mayTell: [], reason: 'A band nobody described works like any other.' },
  'newer-firmware': { hours: [5, 40], mayTell: [], reason: 'Unknown fields and words are skipped.' },
  'older-firmware': {
    hours: [5, 40],
    mayTell: ['firmware-changed'],
    reason: 'Few fields: absent values raise nothing. The version did change.',
  },
}
