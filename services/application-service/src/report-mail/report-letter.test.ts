import type { MonthlyReport } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { writeReport } from './report-letter.ts'

const url = 'https://stella.example/'

function report(further: Partial<MonthlyReport> = {}): MonthlyReport {
  return {
    ...{ organisation: { id: 7, name: 'Northquay' }, month: '2026-11', devices: 42, availabilityPercent: 99.998 },
    ...{ from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z', incidents: 0 },
    ...{
      bySeverity: { critical: 0, major: 0, minor: 0, warning: 0 },
      secondsToAcknowledge: null,
      secondsToClear: null,
    },
    ...{ byRule: [], worstDevices: [], worstBands: [], ...further },
  }
}

const busy = report({
  ...{ incidents: 12, bySeverity: { critical: 1, major: 3, minor: 0, warning: 8 }, availabilityPercent: 97.2 },
  ...{ secondsToAcknowledge: 840, secondsToClear: 7_200 },
  byRule: Array.from({ length: 10 }, (_, index) => ({
    ...{ rule: `rule-${index}`, ruleName: `Rule ${index}`, severity: 'major', incidents: 2, devices: 1 },
    ...{ secondsToAcknowledge: null, secondsToClear: null },
  })),
  worstDevices: Array.from({ length: 10 }, (_, index) => ({
    ...{ serial: `IR-${index}`, name: `Lobby ${index}`, availabilityPercent: 90, silentSeconds: 75_600 },
  })),
  worstBands: [{ serial: 'IR-1', name: '', band: 'B20', incidents: 1, seconds: 14_400 }],
})

test('a month of one organisation says how it was, compared with the month before, and what was worst', () => {
  const before = report({ month: '2026-10', incidents: 9, availabilityPercent: 99.9 })
  const { subject, text } = writeReport([{ report: busy, before }], url)
  expect(subject).toBe('Northquay in November 2026: 97.20\u00a0% available, 12 alerts')
  expect(text).toContain('- Availability: 97.20\u00a0%, before: 99.90\u00a0%\n')
  expect(text).toContain('Northquay was heard 97.20\u00a0% of the time in November 2026: 12 alerts.\n')
  expect(text).toContain('- Alerts: 12 (1 critical, 3 major, 8 warnings), before: 9\n')
  expect(text).toContain('- Half were acknowledged within 14 min\n- Half were over within 2 h\n')
  expect(text).toContain('- Lobby 0 (IR-0): 90.00\u00a0%, silent for 21 h\n')
  expect(text).toContain('- IR-1, B20: 1 alert, 4 h\n')
  expect(text).toContain('- Rule 7: 2 on 1 booster\n- Other rules: 4\n')
  expect(text).not.toContain('Lobby 5')
  expect(text).toContain('https://stella.example/alerts/report?organisation=7&month=2026-11\n')
})

test('a month without anything to tell is short, and is not rounded up to perfect', () => {
  const { subject, text, html } = writeReport([{ report: report(), before: undefined }], undefined)
  expect(subject).toBe('Northquay in November 2026: 99.99\u00a0% available, 0 alerts')
  expect(text).not.toContain('Silent longest')
  expect(text).not.toContain('http')
  expect(html).not.toContain('<a ')
})

test('months of several organisations are a line each, the worst first, and no more than a phone can show', () => {
  const months = Array.from({ length: 30 }, (_, index) => ({
    report: report({ organisation: { id: index, name: `Customer ${index}` }, availabilityPercent: 70 + index }),
    before: undefined,
  }))
  const { subject, text } = writeReport(months.toReversed(), url)
  expect(subject).toBe('November 2026: 30 organisations, 1260 boosters, 0 alerts')
  expect(text.indexOf('- Customer 0: 70.00\u00a0%, 42 boosters, 0 alerts\n')).toBeGreaterThan(0)
  expect(text).toContain('- Customer 19: 89.00\u00a0%')
  expect(text).not.toContain('Customer 20')
  expect(text).toContain('- and 10 more, none of them lower\n')
  expect(text).toContain('https://stella.example/alerts/report?month=2026-11\n')
})

test('what people typed is text in the mail, and one line', () => {
  const name = '<script>a</script>\nBcc: x@example.com'
  const { subject, text, html } = writeReport(
    [{ report: report({ organisation: { id: 1, name } }), before: undefined }],
    url,
  )
  expect(subject).not.toContain('\n')
  expect(text).not.toContain('\nBcc')
  expect(html).not.toContain('<script>')
})
