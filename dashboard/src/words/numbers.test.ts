import { describe, expect, it } from 'vitest'
import { count, formatBytes, formatChange, formatNumber, formatWithUnit } from './numbers.ts'

describe('numbers for people', () => {
  it('have a real minus, grouped thousands and fixed decimals', () => {
    expect(formatNumber(-61.94, 1)).toBe('\u221261.9')
    expect(formatNumber(12408)).toBe('12,408')
    expect(formatNumber(68, 1)).toBe('68.0')
  })

  it('never show a minus in front of nought', () => {
    expect(formatNumber(-0.04, 1)).toBe('0.0')
    expect(formatChange(-0.04)).toBe('0.0')
  })

  it('show a dash without a unit for what was not measured, and 0 for 0', () => {
    expect(formatWithUnit(undefined, '°C', 1)).toBe('–')
    expect(formatWithUnit(null, '°C', 1)).toBe('–')
    expect(formatWithUnit(Number.NaN, '°C', 1)).toBe('–')
    expect(formatWithUnit(0, '°C', 1)).toBe('0.0 °C')
  })

  it('show a change with its sign', () => {
    expect(formatChange(0.2)).toBe('+0.2')
    expect(formatChange(-9.4)).toBe('\u22129.4')
  })

  it('count one and many', () => {
    expect(count(1, 'filter')).toBe('1 filter')
    expect(count(2, 'filter')).toBe('2 filters')
    expect(formatBytes(3_400_000)).toBe('3.4 MB')
    expect(formatBytes(999)).toBe('999 B')
  })
})
