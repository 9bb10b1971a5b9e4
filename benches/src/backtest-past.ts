import {
  type Database,
  type HistoryEntry,
  maintainPartitions,
  registerFleet,
  rollUpDueHours,
  writeHistory,
} from '@stellacontrol/database'
import { decodeReport, encodeReport } from '@stellacontrol/protocol'
import { fullReport } from './load-payload.ts'

export const pastDevices = 1_000
export const pastDays = 30
const intervalMs = 600_000
const hourMs = 3_600_000
const dayMs = 86_400_000
const rowsPerCall = 5_000
const variants = Array.from({ length: 500 }, (_, variant) => encodeReport(fullReport(variant)))

/**
 * Writes 30 days of full 5-band reports of 1,000 devices through the history writer, as a fleet sends them: every tenth device is
 * hot on every third afternoon, every fiftieth falls silent for two hours a day.
 *
 * @returns how many rows were stored
 */
export async function writeBacktestPast(database: Database, endAt: number): Promise<number> {
  await maintainPartitions(database, { now: endAt })
  await registerFleet(database, fleet())
  let stored = 0
  let entries: HistoryEntry[] = []
  const flush = async (now: number) => {
    const partitions = [{ partition: 0, entries }]
    const [result] = await writeHistory(database, { queueGeneration: 'bench', partitions, now })
    stored += result?.stored ?? 0
    entries = []
  }
  for (let at = endAt - pastDays * dayMs; at < endAt; at += intervalMs) {
    for (let device = 0; device < pastDevices; device++) if (!isSilent(device, at)) entries.push(entryOf(device, at))
    if (entries.length >= rowsPerCall) await flush(at)
  }
  await flush(endAt)
  for (let count = 1; count > 0; ) count = await rollUpDueHours(database, { now: endAt + hourMs })
  return stored
}

const serialOf = (device: number) => `BENCH-${String(device).padStart(5, '0')}`

function fleet() {
  const site = { organisation: 'Bench', kind: 'office', timeZone: 'UTC', latitude: 51, longitude: 4, address: '' }
  return {
    organisations: [{ name: 'Bench' }],
    sites: [{ ...site, name: 'Bench site' }],
    devices: Array.from({ length: pastDevices }, (_, device) => ({
      ...{ serial: serialOf(device), secret: `${device}`, model: 'iR5', name: `Device ${device}`, site: 'Bench site' },
    })),
  }
}

function isSilent(device: number, at: number): boolean {
  const hour = Math.floor(at / hourMs) % 24
  return device % 50 === 7 && hour >= 2 && hour < 4
}

/** 38 to 52 °C over the day; up to 80 °C on a hot afternoon. */
function boardCelsius(device: number, at: number): number {
  const hour = (at / hourMs) % 24
  const afternoon = Math.max(0, Math.cos(((hour - 15) / 12) * Math.PI))
  const isHot = device % 10 === 3 && Math.floor(at / dayMs) % 3 === 0
  return 38 + 14 * afternoon + (isHot ? 28 * afternoon ** 4 : 0)
}

/** The entry as it comes from the queue. */
function entryOf(device: number, at: number): HistoryEntry {
  // Devices are spread over their interval.
  const sentAtMs = at + ((device * 7919) % intervalMs)
  const seq = Math.floor(at / intervalMs)
  const body = variants[(device + seq) % variants.length] ?? new Uint8Array()
  const boardTemperatureDc = Math.round(boardCelsius(device, at) * 10)
  const own = { bootId: 7, seq, sentAtMs, uptimeS: 86_400, environment: { boardTemperatureDc } }
  const payload = Buffer.concat([body, encodeReport(own)])
  const decoded = decodeReport(payload)
  return { id: `${at}-${device}`, serial: serialOf(device), receivedAt: sentAtMs + 300, payload, decoded }
}
