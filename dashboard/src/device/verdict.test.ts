import type { BandStatus, DeviceStatus, Finding } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { limitsOf } from '../device-models.ts'
import { evidenceOf } from './evidence.ts'
import { leadFinding, verdictOf } from './verdict.ts'

const band: BandStatus = {
  band: 'B20',
  enabled: true,
  state: 'reduced',
  gainSetDb: 72,
  gainActualDb: 62.6,
  gainLimitCause: 'isolation',
  isolationDb: 96.7,
  isolationMarginDb: 34.1,
  downlinkInputDbm: { average: -61.9 },
}
const status = (findings: Finding[], bands: BandStatus[] = [band]): DeviceStatus => ({
  bootId: 1,
  sequence: 1,
  serial: 'HN88192AD',
  at: '2026-11-23T12:00:00Z',
  receivedAt: '2026-11-23T12:00:00Z',
  mode: 'normal',
  intervalSeconds: 10,
  severity: findings[0]?.severity ?? 'normal',
  findings,
  device: {},
  environment: { boardCelsius: 48.3 },
  power: {},
  bands,
  modem: {},
})
const finding = (code: string, severity: Finding['severity'], rest: Partial<Finding> = {}): Finding => ({
  code,
  severity,
  ...rest,
})

describe('the verdict', () => {
  it('names the band, the amount, the cause and the next step', () => {
    const gain = finding('gain-reduced', 'minor', { band: 'B20', value: 9.4, limit: 6 })
    const verdict = verdictOf(status([gain]), 'online', 1_000)
    expect(verdict.headline).toBe('Band 20 delivers 9.4 dB less gain than it is set to.')
    expect(verdict.because).toContain('Limited by: isolation')
    expect(verdict.action).toContain('further apart')
    expect(verdict.tone).toBe('p3')
  })

  it('speaks of the cause when cause and effect are equally bad, and lists the effect', () => {
    const findings = [
      finding('board-temperature-high', 'critical', { value: 76.4, limit: 75 }),
      finding('fan-stopped', 'critical'),
    ]
    expect(leadFinding(findings)?.code).toBe('fan-stopped')
    expect(verdictOf(status(findings), 'live', 0).also).toEqual(['board 76.4 °C'])
  })

  it('speaks of the worst before the causal', () => {
    const findings = [finding('on-battery', 'major'), finding('band-fault', 'critical', { band: 'B20' })]
    expect(leadFinding(findings)?.code).toBe('band-fault')
  })

  it('judges silence before values: old values prove nothing', () => {
    const gain = finding('gain-reduced', 'major', { band: 'B20', value: 17 })
    expect(verdictOf(status([gain]), 'offline', 26 * 3_600_000).headline).toBe('No report for 26 h.')
    expect(verdictOf(status([gain]), 'stale', 60_000).headline).toBe('No report for 60 s, one was due every 10 s.')
    expect(verdictOf(null, 'never-seen', 0).headline).toContain('not reported yet')
  })

  it('is calm and grey when nothing is wrong', () => {
    const verdict = verdictOf(status([]), 'online', 0)
    expect(verdict.tone).toBe('')
    expect(verdict.action).toBeUndefined()
  })

  it('says how much more is wrong instead of listing everything', () => {
    const many = Array.from({ length: 8 }, () => finding('gain-reduced', 'major', { band: 'B20', value: 17 }))
    const { also } = verdictOf(status([finding('fan-stopped', 'critical'), ...many]), 'online', 0)
    expect(also).toHaveLength(5)
    expect(also.at(-1)).toBe('and 4 more')
  })

  it('has words for a finding that is newer than the page', () => {
    expect(verdictOf(status([finding('gps-antenna-open', 'minor')]), 'online', 0).headline).toBe(
      'The booster reports: gps antenna open.',
    )
  })

  it.each([
    'fan-stopped',
    'board-temperature-high',
    'on-battery',
    'modem-signal-low',
    'band-shut-down',
    'band-locked-out',
    'band-fault',
    'pa-temperature-high',
    'isolation-margin-low',
    'return-loss-low',
    'donor-low',
    'donor-overload',
    'gain-reduced',
  ])('has a next step for %s', (code) => {
    const isOfBand = !['fan-stopped', 'board-temperature-high', 'on-battery', 'modem-signal-low'].includes(code)
    const one = finding(code, 'major', { value: 9, limit: 10, ...(isOfBand && { band: 'B20' }) })
    const { headline, action } = verdictOf(status([one]), 'online', 0)
    expect(action).toMatch(/^[A-Z].*\.$/)
    expect(headline).not.toContain('–')
  })
})

describe('the evidence', () => {
  it('puts what is outside of its limit first, and never shows 0 for what was not measured', () => {
    const low = finding('isolation-margin-low', 'critical', { band: 'B20', value: 8.7, limit: 10 })
    const evidence = evidenceOf(status([low], [{ ...band, downlinkOutputDbm: undefined }]), low, limitsOf('iR5'))
    expect(evidence[0]?.label).toBe('Isolation margin, B20')
    expect(evidence[0]?.tone).toBe('p1')
    expect(evidence.find(({ label }) => label.startsWith('Delivered'))).toMatchObject({
      value: '–',
      note: 'not measured',
    })
    expect(evidence.find(({ label }) => label === 'Board temperature')?.isWithin).toBe(true)
  })
})
