import {
  type BandStatus,
  bandName,
  bandStates,
  bearers,
  type DeviceStatus,
  gainLimitCauses,
  maximumBandNumber,
  powerSources,
  reportModes,
  resetReasons,
  shutdownReasons,
} from '@stellacontrol/protocol'
import {
  absent,
  absentPercent,
  bandMetrics,
  flagShifts,
  inUnit,
  percentBits,
  type slots,
  systemMetrics,
} from '../history/history-layout.ts'
import type { PastColumns, Slot } from './past-columns.ts'

/** What is read of every report, in this order; then come the columns of a rule, then, if it
 * looks at bands, how many there are and its slots of one after the other. */
export const pastHead = [
  ...(['device_id', 'at', 'boot_id', 'seq', 'arrival_delay_ds', 'interval_s', 'flags'] as const),
] as const
const place = {
  bootId: pastHead.indexOf('boot_id'),
  sequence: pastHead.indexOf('seq'),
  interval: pastHead.indexOf('interval_s'),
  flags: pastHead.indexOf('flags'),
}

/** Makes the status of a report from the numbers that were read of it, which begin at `offset`. */
export type MakeStatus = (serial: string, numbers: Int32Array, offset: number) => DeviceStatus

/** The status that a report was, as far as history can still tell and a rule needs it; the rest is absent. Pure. */
export function statusMaker({ columns, slots }: PastColumns, bands: number): MakeStatus {
  const fills = columns.map((column) => columnFills[column] ?? nothing)
  const bandFills = slots.map((slot) => slotFills[slot] ?? nothing)
  const bandsAt = pastHead.length + columns.length + 1
  return (serial, numbers, offset) => {
    const status = bareStatus(serial, numbers, offset)
    for (let index = 0; index < fills.length; index++) {
      fills[index]?.(status, numbers[offset + pastHead.length + index] as number)
    }
    if (slots.length === 0) return status
    for (let band = 0; band < bands; band++) {
      const from = offset + bandsAt + band * slots.length
      if (numbers[from] === absent) break
      status.bands.push(bandStatus(bandFills, numbers, from))
    }
    return status
  }
}

function bareStatus(serial: string, numbers: Int32Array, offset: number): DeviceStatus {
  const flags = numbers[offset + place.flags] as number
  const interval = numbers[offset + place.interval] as number
  return {
    serial,
    bootId: (numbers[offset + place.bootId] as number) >>> 0,
    sequence: (numbers[offset + place.sequence] as number) >>> 0,
    at: '',
    receivedAt: '',
    mode: modeOf(flags),
    intervalSeconds: known(interval),
    severity: 'normal',
    findings: [],
    device: { resetReason: word(resetReasons, (flags >> flagShifts.resetReason) & 15) },
    environment: {},
    power: { source: word(powerSources, (flags >> flagShifts.powerSource) & 15) },
    bands: [],
    modem: { bearer: word(bearers, (flags >> flagShifts.bearer) & 15) },
  }
}

export function modeOf(flags: number): DeviceStatus['mode'] {
  return reportModes[flags & 3] ?? 'unknown'
}

const nothing = () => {}

const columnFills: Record<string, (status: DeviceStatus, stored: number) => void> = {
  board: ({ environment }, stored) => {
    environment.boardCelsius = value('boardCelsius', stored)
  },
  ambient: ({ environment }, stored) => {
    environment.ambientCelsius = value('ambientCelsius', stored)
  },
  fan_rpm: ({ environment }, stored) => {
    slowestFan(environment).speedRpm = value('fanSpeedRpm', stored)
  },
  fan_drive_and_cpu: ({ environment, device }, stored) => {
    slowestFan(environment).drivePercent = percent((stored >> percentBits) & absentPercent)
    device.cpuLoadPercent = percent(stored & absentPercent)
  },
  supply: ({ power }, stored) => {
    power.supplyVolts = value('supplyVolts', stored)
  },
  current: ({ power }, stored) => {
    power.supplyAmperes = value('supplyAmperes', stored)
  },
  memory_free: ({ device }, stored) => {
    device.memoryFreeKilobytes = value('memoryFreeKilobytes', stored)
  },
  rsrp: ({ modem }, stored) => {
    modem.rsrpDbm = value('modemRsrpDbm', stored)
  },
  rsrq: ({ modem }, stored) => {
    modem.rsrqDb = value('modemRsrqDb', stored)
  },
  sinr: ({ modem }, stored) => {
    modem.sinrDb = value('modemSinrDb', stored)
  },
  rssi: ({ modem }, stored) => {
    modem.rssiDbm = value('modemRssiDbm', stored)
  },
  round_trip: ({ modem }, stored) => {
    modem.roundTripMs = value('roundTripMs', stored)
  },
  reconnects: ({ modem }, stored) => {
    modem.reconnects24h = value('reconnects24h', stored)
  },
  config_version: ({ device }, stored) => {
    device.configVersion = known(stored)
  },
}

/** History keeps the slowest of the fans. */
function slowestFan(environment: DeviceStatus['environment']) {
  environment.fans ??= [{}]
  return environment.fans[0] ?? {}
}

type BandFill = (status: BandStatus, stored: number) => void
type LevelName = keyof typeof bandMetrics & keyof typeof slots

const slotFills: { readonly [Name in Slot]?: BandFill } = {
  band: (status, stored) => {
    status.band = bandNames[stored & maximumBandNumber] ?? ''
    status.state = bandStates[(stored >> 9) & 63] ?? 'unknown'
  },
  cause: (status, stored) => {
    status.gainLimitCause = word(gainLimitCauses, stored & 15)
    status.shutdownReason = word(shutdownReasons, (stored >> 4) & 15)
    // Only whether there was traffic matters: a share does as well as the seconds.
    status.uplinkActiveSeconds = percent((stored >> 8) & absentPercent)
  },
  gainSetDb: level('gainSetDb'),
  gainMaximumDb: level('gainMaximumDb'),
  gainActualDb: level('gainActualDb'),
  downlinkInputDbm: average('downlinkInputDbm'),
  downlinkOutputDbm: average('downlinkOutputDbm'),
  uplinkInputDbm: level('uplinkInputDbm'),
  uplinkOutputDbm: level('uplinkOutputDbm'),
  isolationDb: level('isolationDb'),
  returnLossDb: level('returnLossDb'),
  paCelsius: level('paCelsius'),
}

const bandNames = Array.from({ length: maximumBandNumber + 1 }, (_, band) => bandName(band))

function bandStatus(fills: readonly BandFill[], numbers: Int32Array, from: number): BandStatus {
  // The setting itself is not kept: a band that is switched off says so in its state.
  const status: BandStatus = { band: '', enabled: true, state: 'unknown' }
  for (let index = 0; index < fills.length; index++) fills[index]?.(status, numbers[from + index] as number)
  const { isolationDb, gainActualDb } = status
  if (isolationDb !== undefined && gainActualDb !== undefined) {
    status.isolationMarginDb = Math.round((isolationDb - gainActualDb) * 10) / 10
  }
  // Less than half a percent of an interval is stored as none; a level was measured all the same.
  if (status.uplinkActiveSeconds === 0 && status.uplinkInputDbm !== undefined) status.uplinkActiveSeconds = 1
  return status
}

function level<Name extends Exclude<LevelName, 'downlinkInputDbm' | 'downlinkOutputDbm'>>(name: Name): BandFill {
  return (status, stored) => {
    status[name] = stored === absent ? undefined : inUnit(bandMetrics[name], stored)
  }
}

function average(name: 'downlinkInputDbm' | 'downlinkOutputDbm'): BandFill {
  return (status, stored) => {
    if (stored !== absent)
      status[name] = { average: inUnit(bandMetrics[name], stored), minimum: undefined, maximum: undefined }
  }
}

function value(name: keyof typeof systemMetrics, stored: number): number | undefined {
  return stored === absent ? undefined : inUnit(systemMetrics[name], stored)
}

function known(stored: number): number | undefined {
  return stored === absent ? undefined : stored
}

function percent(stored: number): number | undefined {
  return stored === absentPercent ? undefined : stored
}

/** 0 = not told. */
function word<Word extends string>(words: readonly Word[], stored: number): Word | undefined {
  return stored === 0 ? undefined : words[stored]
}
