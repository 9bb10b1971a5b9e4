import {
  assess,
  type BandStatus,
  type DeviceDetail,
  type DeviceStatus,
  type DeviceSummary,
  type FleetSummary,
  presenceOf,
  presences,
  severities,
} from '@stellacontrol/protocol'
import { bandSpecifications, deviceModels, limitsOf } from '@stellacontrol/protocol/models'

const names = [
  'Ward 3 East riser',
  'Drill floor west',
  'Conference level B',
  'Lobby and bar',
  'Plant room cabinet',
  'Bridge deck',
  'Roof void C',
  'Radiology basement',
  'Level 11 north',
  'Service corridor',
]
export const siteNames = [
  'Mercy Harbour Hospital',
  'Skerry Bravo platform',
  'Hotel Meridian Quay',
  'Larkfield Centre',
  'Kestrel Park 2',
]
export const customers = ['Harbour Health Trust', 'Skerry Offshore', 'Meridian Hotels', 'Northquay Estates']

export interface MadeUpDevice {
  index: number
  serial: string
  model: string
  intervalSeconds: number
  lastReportAt: number | undefined
  sequence: number
  /** Whose it is and where, if it is not as the others are. */
  owner?: { organisation: Reference; site: Reference | null; name: string }
}
interface Reference {
  id: number
  name: string
}

/** A number between 0 and 1 that depends on its inputs only, so that every run shows the same fleet. */
export function noise(...seeds: number[]): number {
  let hash = 0x811c9dc5
  for (const seed of seeds) hash = Math.imul(hash ^ Math.round(seed * 1000), 0x01000193) ^ (hash >>> 13)
  return ((hash >>> 0) % 10_000) / 10_000
}

/** A fleet for the page's tests: 200 boosters, a few with one labelled fault each, the first five live. */
export class MadeUpFleet {
  readonly devices: MadeUpDevice[]
  readonly #startedAt = Date.now()

  constructor(size = 200) {
    const models = [...deviceModels.keys()]
    this.devices = Array.from({ length: size }, (_, index) => ({
      index,
      serial: `HN${(0x88192ad + index * 37).toString(16).toUpperCase()}`,
      model: models[(index + 3) % models.length] ?? 'iR5',
      intervalSeconds: index < 5 ? 1 : 10,
      lastReportAt: lastReportOf(index, this.#startedAt),
      sequence: 1,
    }))
  }

  find(serial: string): MadeUpDevice | undefined {
    return this.devices.find((device) => device.serial === serial)
  }

  /** A booster that has never reported. */
  add(serial: string): void {
    this.devices.push({
      index: this.devices.length + 100,
      serial,
      model: 'iR5',
      intervalSeconds: 10,
      lastReportAt: undefined,
      sequence: 1,
    })
  }

  /** Lets every device report that is due; returns those that did. */
  report(now: number): MadeUpDevice[] {
    return this.devices.filter((device) => {
      if (device.lastReportAt === undefined || isSilent(device.index)) return false
      if (now - device.lastReportAt < device.intervalSeconds * 1000) return false
      device.lastReportAt = now
      device.sequence++
      return true
    })
  }

  status(device: MadeUpDevice): DeviceStatus | undefined {
    if (device.lastReportAt === undefined) return undefined
    const at = device.lastReportAt
    const bands = (deviceModels.get(device.model)?.bands ?? []).map((band, position) =>
      madeUpBand(device, band, position, at),
    )
    const isHot = device.index === 7
    const status: DeviceStatus = {
      bootId: 4,
      sequence: device.sequence,
      serial: device.serial,
      at: new Date(at).toISOString(),
      receivedAt: new Date(at + 80).toISOString(),
      mode: device.index < 5 ? 'live' : 'normal',
      intervalSeconds: device.intervalSeconds,
      uptimeSeconds: 151_200 + Math.round((at - this.#startedAt) / 1000),
      model: device.model,
      firmwareVersion: device.index % 9 === 4 ? '4.2.0' : '4.2.1',
      severity: 'normal',
      findings: [],
      device: {
        hardwareRevision: 3,
        resetReason: 'power',
        cpuLoadPercent: 12,
        configVersion: 42,
        clockOffsetSeconds: 0,
      },
      environment: {
        boardCelsius: tenth((isHot ? 76 : 46) + (device.index % 11) * (isHot ? 0 : 1) + wave(at, 60_000) * 1.5),
        ambientCelsius: tenth(24 + wave(at, 90_000)),
        humidityPercent: 41,
        doorOpen: false,
        fans: [{ speedRpm: isHot ? 0 : 3080 + Math.round(wave(at, 20_000) * 40), drivePercent: isHot ? 90 : 45 }],
      },
      power: { source: 'mains', supplyVolts: 23.9, supplyAmperes: 2.12, inputWatts: 50.7 },
      bands,
      modem: {
        bearer: 'ethernet',
        ethernetLink: true,
        roundTripMs: 41,
        rsrpDbm: -97,
        reconnects24h: 1,
        sentBytes: 3_400_000,
        receivedBytes: 220_000,
      },
    }
    return { ...status, ...assess(status, limitsOf(device.model)) }
  }

  summary(device: MadeUpDevice, now: number): DeviceSummary {
    const status = this.status(device)
    const worst = status?.bands
      .filter((band) => band.enabled)
      .map((band) => ({ band: band.band, state: band.state, gainReductionDb: reduction(band) }))
      .sort((a, b) => (b.gainReductionDb ?? -1) - (a.gainReductionDb ?? -1))[0]
    const margins = (status?.bands ?? []).map((band) => band.isolationMarginDb).filter((margin) => margin !== undefined)
    return {
      serial: device.serial,
      name: device.owner?.name ?? names[device.index % names.length] ?? '',
      model: device.model,
      organisation: device.owner?.organisation ?? {
        id: 11 + (device.index % customers.length),
        name: customers[device.index % customers.length] ?? '',
      },
      site: siteOf(device),
      firmwareVersion: status?.firmwareVersion ?? null,
      presence: presenceOf(device.lastReportAt, device.intervalSeconds, now, device.index < 5),
      connected: device.lastReportAt !== undefined && !isSilent(device.index),
      lastReportAt: status?.at ?? null,
      mode: status?.mode ?? null,
      intervalSeconds: status?.intervalSeconds ?? null,
      severity: status?.severity ?? 'normal',
      findings: status?.findings ?? [],
      state: 'active',
      tags: [],
      boardCelsius: status?.environment.boardCelsius ?? null,
      worstBand: worst ?? null,
      minimumIsolationMarginDb: margins.length === 0 ? null : Math.min(...margins),
      bands: (status?.bands ?? []).map(({ band, enabled, state, gainSetDb, gainActualDb }) => ({
        band,
        enabled,
        state,
        gainSetDb,
        gainActualDb,
      })),
    }
  }

  detail(device: MadeUpDevice, now: number): DeviceDetail {
    const summary = this.summary(device, now)
    return {
      ...summary,
      createdAt: '2026-03-02T09:00:00.000Z',
      site: summary.site && { ...summary.site, address: '1 Harbour Road', latitude: 50.2, longitude: -5.4 },
      connectedSince: summary.connected ? new Date(this.#startedAt - 7_200_000).toISOString() : null,
    }
  }

  /** The counts of the boosters of these organisations. */
  fleet(now: number, visible: ReadonlySet<number>): FleetSummary {
    const summaries = this.devices
      .map((device) => this.summary(device, now))
      .filter(({ organisation }) => visible.has(organisation.id))
    const tally = <Word extends string>(words: readonly Word[], wordOf: (summary: DeviceSummary) => Word) =>
      Object.fromEntries(
        words.map((word) => [word, summaries.filter((summary) => wordOf(summary) === word).length]),
      ) as Record<Word, number>
    return {
      devices: summaries.length,
      presence: tally(presences, ({ presence }) => presence),
      severity: tally(severities, ({ severity }) => severity),
      reportsPerSecond: 24.4,
      oldestUnprocessedMs: 40,
      lost: 0,
      at: new Date(now).toISOString(),
    }
  }
}

function siteOf(device: MadeUpDevice): DeviceSummary['site'] {
  if (device.owner !== undefined) return device.owner.site && { ...device.owner.site, timeZone: 'Europe/London' }
  return {
    id: 1 + (device.index % siteNames.length),
    name: siteNames[device.index % siteNames.length] ?? '',
    timeZone: 'Europe/London',
  }
}

const isSilent = (index: number) => index === 11 || index === 23 || index === 42

function lastReportOf(index: number, now: number): number | undefined {
  if (index === 23) return now - 26 * 3_600_000
  if (index === 11) return now - 27 * 60_000
  return index === 42 ? undefined : now - (index % 10) * 1000
}

function madeUpBand(device: MadeUpDevice, number: number, position: number, at: number): BandStatus {
  const specification = bandSpecifications.get(number)
  const gainSetDb = (specification?.gainMaximumDb ?? 70) - 2
  const isFirst = position === 0
  const isReduced = isFirst && (device.index === 2 || device.index === 31)
  const isDown = isFirst && device.index === 15
  const isLow = isFirst && device.index === 19
  const gainActualDb = tenth(
    isDown ? 0 : gainSetDb - (isReduced ? 17.4 + wave(at, 30_000) : noise(device.index, number)),
  )
  const input = -62 - position * 3 + wave(at, 15_000 + number * 700) * 1.2
  const isolationDb = gainActualDb + (isLow ? 8.7 : 18 + noise(number, device.index) * 8)
  return {
    band: specification?.name ?? `B${number}`,
    enabled: true,
    state: isDown ? 'shut-down' : isReduced ? 'reduced' : 'active',
    shutdownReason: isDown ? 'oscillation' : 'none',
    gainSetDb,
    gainMaximumDb: tenth(isReduced ? gainActualDb : gainSetDb + 1.4),
    gainActualDb,
    gainLimitCause: isReduced ? 'isolation' : 'none',
    downlinkInputDbm: { minimum: tenth(input - 2), average: tenth(input), maximum: tenth(input + 3) },
    downlinkOutputDbm: isDown
      ? undefined
      : {
          minimum: tenth(input + gainActualDb - 2),
          average: tenth(input + gainActualDb),
          maximum: tenth(input + gainActualDb + 2),
        },
    uplinkOutputDbm: position % 2 === 0 ? undefined : tenth(8 + wave(at, 9000)),
    uplinkActiveSeconds: position % 2 === 0 ? 0 : 4,
    isolationDb: isDown ? undefined : tenth(isolationDb),
    isolationMarginDb: isDown ? undefined : tenth(isolationDb - gainActualDb),
    returnLossDb: tenth(15 + position),
    paCelsius: tenth(58 + position + wave(at, 40_000)),
    oscillations24h: isDown ? 3 : 0,
  }
}

function reduction(band: BandStatus): number | null {
  if (band.gainSetDb === undefined || band.gainActualDb === undefined) return null
  return tenth(band.gainSetDb - band.gainActualDb)
}

function wave(at: number, periodMs: number): number {
  return Math.sin((at / periodMs) * 2 * Math.PI) * 0.7 + (noise(at / 1000, periodMs) - 0.5) * 0.6
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
