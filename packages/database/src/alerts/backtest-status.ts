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
  slots,
  systemMetrics,
} from '../history/history-layout.ts'

/** Smallints of a report by the name of their column. */
export type StoredColumns = Record<string, number>

/** The first things of a row, in their own types. */
export interface StoredHead {
  /** Epoch ms. */
  at: number
  bootId: number
  sequence: number
  intervalSeconds: number
  flags: number
}

const bandNames = Array.from({ length: maximumBandNumber + 1 }, (_, band) => bandName(band))

/** What of a report history can still tell, as the status it was; the rest is absent. Pure. */
export function storedStatus(
  serial: string,
  head: StoredHead,
  stored: StoredColumns,
  bands: BandStatus[],
): DeviceStatus {
  const { flags } = head
  const percents = stored.fan_drive_and_cpu ?? absent
  const fanSpeed = value('fanSpeedRpm', stored.fan_rpm)
  return {
    ...{ serial, bootId: head.bootId, sequence: head.sequence, at: '', receivedAt: '' },
    mode: reportModes[flags & 3] ?? 'unknown',
    intervalSeconds: head.intervalSeconds < 0 ? undefined : head.intervalSeconds,
    severity: 'normal',
    findings: [],
    device: {
      resetReason: word(resetReasons, (flags >> flagShifts.resetReason) & 15),
      cpuLoadPercent: percents === absent ? undefined : percent(percents & absentPercent),
      memoryFreeKilobytes: value('memoryFreeKilobytes', stored.memory_free),
      configVersion: stored.config_version === undefined ? undefined : known(stored.config_version),
    },
    environment: {
      boardCelsius: value('boardCelsius', stored.board),
      ambientCelsius: value('ambientCelsius', stored.ambient),
      // History keeps the slowest of the fans.
      fans:
        fanSpeed === undefined
          ? undefined
          : [{ speedRpm: fanSpeed, drivePercent: percent((percents >> percentBits) & absentPercent) }],
    },
    power: {
      source: word(powerSources, (flags >> flagShifts.powerSource) & 15),
      supplyVolts: value('supplyVolts', stored.supply),
      supplyAmperes: value('supplyAmperes', stored.current),
    },
    bands,
    modem: {
      bearer: word(bearers, (flags >> flagShifts.bearer) & 15),
      rsrpDbm: value('modemRsrpDbm', stored.rsrp),
      rsrqDb: value('modemRsrqDb', stored.rsrq),
      sinrDb: value('modemSinrDb', stored.sinr),
      rssiDbm: value('modemRssiDbm', stored.rssi),
      roundTripMs: value('roundTripMs', stored.round_trip),
      reconnects24h: value('reconnects24h', stored.reconnects),
    },
  }
}

/** A band's status from its slots (by name; those that were not read are absent). Pure. */
export function storedBand(stored: Partial<Record<keyof typeof slots, number>>): BandStatus {
  const { band = 0, cause } = stored
  const gainActualDb = level('gainActualDb', stored.gainActualDb)
  const isolationDb = level('isolationDb', stored.isolationDb)
  const status: BandStatus = {
    band: bandNames[band & maximumBandNumber] ?? '',
    // The setting itself is not kept: a band that is switched off says so in its state.
    enabled: true,
    state: bandStates[(band >> 9) & 63] ?? 'unknown',
    gainSetDb: level('gainSetDb', stored.gainSetDb),
    gainMaximumDb: level('gainMaximumDb', stored.gainMaximumDb),
    gainActualDb,
    downlinkInputDbm: average(level('downlinkInputDbm', stored.downlinkInputDbm)),
    downlinkOutputDbm: average(level('downlinkOutputDbm', stored.downlinkOutputDbm)),
    uplinkInputDbm: level('uplinkInputDbm', stored.uplinkInputDbm),
    uplinkOutputDbm: level('uplinkOutputDbm', stored.uplinkOutputDbm),
    isolationDb,
    isolationMarginDb:
      isolationDb === undefined || gainActualDb === undefined
        ? undefined
        : Math.round((isolationDb - gainActualDb) * 10) / 10,
    returnLossDb: level('returnLossDb', stored.returnLossDb),
    paCelsius: level('paCelsius', stored.paCelsius),
  }
  if (cause === undefined) return status
  status.gainLimitCause = word(gainLimitCauses, cause & 15)
  status.shutdownReason = word(shutdownReasons, (cause >> 4) & 15)
  const share = percent((cause >> 8) & absentPercent)
  // Less than half a percent of an interval is stored as none; a level was measured all the same.
  if (share !== undefined) status.uplinkActiveSeconds = share === 0 && status.uplinkInputDbm !== undefined ? 1 : share
  return status
}

function value(name: keyof typeof systemMetrics, stored: number | undefined): number | undefined {
  return stored === undefined || stored === absent ? undefined : inUnit(systemMetrics[name], stored)
}

function level(name: keyof typeof bandMetrics, stored: number | undefined): number | undefined {
  return stored === undefined || stored === absent ? undefined : inUnit(bandMetrics[name], stored)
}

function average(known: number | undefined): BandStatus['downlinkInputDbm'] {
  return known === undefined ? undefined : { average: known, minimum: undefined, maximum: undefined }
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
