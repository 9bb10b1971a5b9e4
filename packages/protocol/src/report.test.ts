import { expect, test } from 'vitest'
import { decodeReport, encodeReport } from './report.ts'

test('64-bit fields are read as numbers, whatever other packages are installed', () => {
  const sentAtMs = Date.UTC(2026, 0, 1)
  const decoded = decodeReport(encodeReport({ bootId: 1, seq: 1, sentAtMs, modem: { dataTxBytes: 2 ** 40 } }))
  expect('report' in decoded && decoded.report.sentAtMs).toBe(sentAtMs)
  expect('report' in decoded && decoded.report.modem?.dataTxBytes).toBe(2 ** 40)
})
