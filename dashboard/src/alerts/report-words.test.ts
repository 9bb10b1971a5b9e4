import type { MonthlyReport } from '@stellacontrol/protocol'
import { expect, it } from 'vitest'
import { availabilityWords, lengthWords, reportSentence } from './report-words.ts'

const report = (further: Partial<MonthlyReport>): MonthlyReport => ({
  ...{ organisation: { id: 1, name: 'Northquay' }, month: '2026-11', devices: 4, availabilityPercent: 99.5 },
  ...{ from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z', incidents: 2 },
  ...{ bySeverity: { critical: 1, major: 1, minor: 0, warning: 0 }, secondsToAcknowledge: null, secondsToClear: null },
  ...{ byRule: [], worstDevices: [], worstBands: [], ...further },
})

it('a month is summed up in a sentence', () => {
  expect(reportSentence(report({}), true)).toBe('Northquay was heard 99.50 % of November 2026; 2 alerts were raised.')
  expect(reportSentence(report({ incidents: 1 }), false)).toBe(
    'Northquay was heard 99.50 % of November 2026 so far; 1 alert was raised.',
  )
  expect(reportSentence(report({ incidents: 0, availabilityPercent: null }), true)).toContain('no alert was raised')
  expect(reportSentence(report({ devices: 0 }), true)).toBe('Northquay had no boosters in November 2026.')
})

it('what was missing is never rounded away, and what was not measured is a dash', () => {
  expect(availabilityWords(99.999)).toBe('99.99 %')
  expect(availabilityWords(100)).toBe('100.00 %')
  expect(availabilityWords(null)).toBe('–')
  expect(lengthWords(840)).toBe('14 min')
  expect(lengthWords(null)).toBe('–')
})
