import type { Limits } from './models.ts'
import { type BandStatus, type DeviceStatus, type Finding, type Severity, severities } from './status.ts'

/**
 * What one report says by itself: values outside their limits and bands that are down. Pure, no memory of earlier reports;
 * alerts (holds, hysteresis, throttling, people) are made from many reports elsewhere.
 */
export function assess(status: DeviceStatus, limits: Limits): { severity: Severity; findings: Finding[] } {
  const findings: Finding[] = []
  const { environment, modem, power } = status
  above(findings, 'board-temperature-high', environment.boardCelsius, limits.boardCelsius)
  for (const fan of environment.fans ?? []) {
    if (fan.speedRpm === 0 && (fan.drivePercent ?? 0) > limits.fanStoppedDrivePercent) {
      findings.push({ code: 'fan-stopped', severity: 'critical', value: 0, limit: undefined, band: undefined })
    }
  }
  if (power.source === 'battery') {
    findings.push({ code: 'on-battery', severity: 'major', band: undefined, value: undefined, limit: undefined })
  }
  if (modem.bearer !== 'ethernet') below(findings, 'modem-signal-low', modem.rsrpDbm, limits.modemRsrpDbm)
  for (const band of status.bands) assessBand(findings, band, limits)
  return { severity: worst(findings), findings }
}

function assessBand(findings: Finding[], band: BandStatus, limits: Limits): void {
  if (!band.enabled || band.state === 'off') return
  const name = band.band
  if (band.state === 'shut-down') {
    findings.push({ code: 'band-shut-down', severity: 'major', band: name, value: undefined, limit: undefined })
  } else if (band.state === 'locked-out' || band.state === 'fault') {
    findings.push({ code: `band-${band.state}`, severity: 'critical', band: name, value: undefined, limit: undefined })
  }
  above(findings, 'pa-temperature-high', band.paCelsius, limits.paCelsius, name)
  below(findings, 'isolation-margin-low', band.isolationMarginDb, limits.isolationMarginDb, name)
  below(findings, 'return-loss-low', band.returnLossDb, limits.returnLossDb, name)
  below(findings, 'donor-low', band.downlinkInputDbm?.average, limits.downlinkInputLowDbm, name)
  above(findings, 'donor-overload', band.downlinkInputDbm?.average, limits.downlinkInputHighDbm, name)
  const isTransmitting = band.state === 'active' || band.state === 'reduced'
  if (isTransmitting && band.gainSetDb !== undefined && band.gainActualDb !== undefined) {
    const reductionDb = Math.round((band.gainSetDb - band.gainActualDb) * 10) / 10
    above(findings, 'gain-reduced', reductionDb, limits.gainReductionDb, name)
  }
}

type Steps = { minor?: number | undefined; major?: number | undefined; critical?: number | undefined }
const steps = ['critical', 'major', 'minor'] as const

function above(findings: Finding[], code: string, value: number | undefined, limits: Steps, band?: string): void {
  if (value === undefined) return
  for (const severity of steps) {
    const limit = limits[severity]
    if (limit !== undefined && value > limit) {
      findings.push({ code, severity, band, value, limit })
      return
    }
  }
}

function below(findings: Finding[], code: string, value: number | undefined, limits: Steps, band?: string): void {
  if (value === undefined) return
  for (const severity of steps) {
    const limit = limits[severity]
    if (limit !== undefined && value < limit) {
      findings.push({ code, severity, band, value, limit })
      return
    }
  }
}

function worst(findings: readonly Finding[]): Severity {
  let index = 0
  for (const finding of findings) index = Math.max(index, severities.indexOf(finding.severity))
  return severities[index] ?? 'normal'
}
