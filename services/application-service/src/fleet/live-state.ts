import type { BandStatus, BandSummary, DeviceStatus, DeviceSummary, Finding, Severity } from '@stellacontrol/protocol'

/** What the fleet index keeps of a device's latest status: what a row of the fleet table shows, and nothing else. */
export interface LiveState {
  bootId: number
  sequence: number
  /** Epoch ms. */
  lastReportAt: number
  mode: DeviceStatus['mode']
  intervalSeconds: number | undefined
  firmwareVersion: string | undefined
  severity: Severity
  findings: readonly Finding[]
  boardCelsius: number | undefined
  worstBand: DeviceSummary['worstBand']
  minimumIsolationMarginDb: number | undefined
  bands: DeviceSummary['bands']
}

/** Most devices of a fleet have nothing to report: they share one empty list. */
const noFindings: readonly Finding[] = []

/** So many different ones exist at once in a fleet that is well; a larger one starts over. */
const maximumSharedBands = 50_000
const sharedBands = new Map<string, BandSummary>()

/**
 * What a summary shows of a band, as one object for all devices whose band shows the same: gains come in tenths of a dB, so a
 * hundred thousand devices have a few thousand of them, instead of half a million.
 */
function sharedBand({ band, enabled, state, gainSetDb, gainActualDb }: BandStatus): BandSummary {
  const key = `${band} ${enabled} ${state} ${gainSetDb} ${gainActualDb}`
  const known = sharedBands.get(key)
  if (known) return known
  if (sharedBands.size >= maximumSharedBands) sharedBands.clear()
  const summary = Object.freeze({ band, enabled, state, gainSetDb, gainActualDb })
  sharedBands.set(key, summary)
  return summary
}

/** What the index keeps of a status. */
export function liveStateOf(status: DeviceStatus): LiveState {
  return {
    bootId: status.bootId,
    sequence: status.sequence,
    lastReportAt: Date.parse(status.receivedAt),
    mode: status.mode,
    intervalSeconds: status.intervalSeconds,
    firmwareVersion: status.firmwareVersion,
    severity: status.severity,
    findings: status.findings.length === 0 ? noFindings : status.findings,
    boardCelsius: status.environment.boardCelsius,
    worstBand: worstBandOf(status.bands),
    minimumIsolationMarginDb: minimumIsolationMargin(status.bands),
    bands: status.bands.map(sharedBand),
  }
}

/** (bootId, sequence) decides what is newer, never a clock. */
export function isNewer(
  candidate: { bootId: number; sequence: number },
  known: { bootId: number; sequence: number } | undefined,
): boolean {
  if (known === undefined || candidate.bootId > known.bootId) return true
  return candidate.bootId === known.bootId && candidate.sequence > known.sequence
}

const downStates: readonly BandStatus['state'][] = ['fault', 'locked-out', 'shut-down']

/**
 * The enabled band that delivers least of its set gain: one that is down before any that amplifies, then by the gain it lacks.
 * Bands in standby or starting up are not compared: they are meant to amplify less.
 */
export function worstBandOf(bands: readonly BandStatus[]): DeviceSummary['worstBand'] {
  let worst: { band: BandStatus; isDown: boolean; reductionDb: number | null } | undefined
  for (const band of bands) {
    if (!band.enabled) continue
    const isDown = downStates.includes(band.state)
    const reductionDb = reductionOf(band)
    if (!isDown && (reductionDb === null || (band.state !== 'active' && band.state !== 'reduced'))) continue
    const isWorse =
      worst === undefined ||
      (isDown && !worst.isDown) ||
      (isDown === worst.isDown && (reductionDb ?? 0) > (worst.reductionDb ?? 0))
    if (isWorse) worst = { band, isDown, reductionDb }
  }
  return worst ? { band: worst.band.band, state: worst.band.state, gainReductionDb: worst.reductionDb } : null
}

function reductionOf({ gainSetDb, gainActualDb }: BandStatus): number | null {
  if (gainSetDb === undefined || gainActualDb === undefined) return null
  return Math.round((gainSetDb - gainActualDb) * 10) / 10
}

function minimumIsolationMargin(bands: readonly BandStatus[]): number | undefined {
  let minimum: number | undefined
  for (const { enabled, isolationMarginDb } of bands) {
    if (enabled && isolationMarginDb !== undefined && (minimum === undefined || isolationMarginDb < minimum)) {
      minimum = isolationMarginDb
    }
  }
  return minimum
}
