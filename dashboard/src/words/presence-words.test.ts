import { describe, expect, it } from 'vitest'
import { presenceNow, presencePhrase } from './presence-words.ts'

const at = Date.UTC(2026, 10, 23, 12)
const device = {
  presence: 'online' as const,
  lastReportAt: new Date(at).toISOString(),
  intervalSeconds: 10,
  mode: 'normal' as const,
}

describe('presence', () => {
  it('becomes stale by itself: no message says that a booster fell silent', () => {
    expect(presenceNow(device, at + 24_000, true)).toBe('online')
    expect(presenceNow(device, at + 26_000, true)).toBe('stale')
    expect(presenceNow(device, at + 3_700_000, true)).toBe('offline')
  })

  it("keeps the service's word while the page itself is behind", () => {
    expect(presenceNow(device, at + 3_700_000, false)).toBe('online')
  })

  it('says how long the silence lasts, and how fast live reports come', () => {
    expect(presencePhrase('stale', device, at + 27 * 60_000)).toBe('Stale 27 min')
    expect(presencePhrase('live', { ...device, intervalSeconds: 1 }, at)).toBe('Live, 1 s')
    expect(presencePhrase('never-seen', { ...device, lastReportAt: null }, at)).toBe('Never seen')
  })
})
