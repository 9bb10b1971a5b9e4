import { describe, expect, it } from 'vitest'
import { worstBandOf } from './finding-words.ts'

const band = (name: string, state: 'active' | 'standby' | 'off') => ({ band: name, enabled: true, state })

describe('the worst band in words', () => {
  it('names what is wrong before how much gain is missing', () => {
    const finding = { code: 'donor-low', severity: 'major' as const, band: 'B3', value: -99.3, limit: -90 }
    expect(worstBandOf({ worstBand: null, bands: [band('B3', 'standby')], findings: [finding] })).toEqual({
      words: 'B3 donor weak',
      finding,
    })
  })

  it('shows missing gain with a real minus', () => {
    const worstBand = { band: 'B20', state: 'active', gainReductionDb: 0.9 }
    expect(worstBandOf({ worstBand, bands: [band('B20', 'active')], findings: [] }).words).toBe('B20 \u22120.9 dB')
  })

  it('does not call unused or switched-off bands unknown', () => {
    expect(worstBandOf({ worstBand: null, bands: [band('B1', 'standby')], findings: [] }).words).toBe('standby')
    expect(worstBandOf({ worstBand: null, bands: [band('B1', 'off')], findings: [] }).words).toBe('all off')
    expect(worstBandOf({ worstBand: null, bands: [], findings: [] }).words).toBe('unknown')
  })
})
