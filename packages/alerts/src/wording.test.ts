import { type AlertRule, measures } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { catalogue } from './catalogue.ts'
import type { Decision } from './evaluate.ts'
import { alertText, duration, unitOf } from './wording.ts'

const minute = 60_000
const hour = 60 * minute

function ruleNamed(id: string): AlertRule {
  const rule = catalogue.find((one) => one.id === id)
  if (rule === undefined) throw new Error(`no rule ${id}`)
  return rule
}

function said(id: string, value: number | undefined, more: Partial<Decision> & { heldMs?: number } = {}): string {
  const rule = ruleNamed(id)
  const { heldMs = 0, ...rest } = more
  const at = Date.UTC(2026, 5, 3, 8)
  return alertText(rule, {
    ...{ do: 'raise', rule: id, subject: undefined, severity: 'minor', at, since: at - heldMs, value },
    ...{ threshold: value === undefined ? undefined : rule.levels[0]?.raiseAt, isFlapping: false, hiddenBy: undefined },
    ...rest,
  })
}

test.each<[id: string, value: number | undefined, more: Parameters<typeof said>[2], text: string]>([
  ['device-offline', 61, {}, 'No report for 1 h 1 min'],
  ['temperature-exceeded', 76.23, {}, 'Board temperature 76.2 °C, above 75 °C'],
  ['temperature-high', 71, { heldMs: 20 * minute }, 'Board temperature 71 °C, above 70 °C for 20 min'],
  ['temperature-low', -19.25, { heldMs: 3 * hour }, 'Board temperature −19.2 °C, below −18 °C for 3 h'],
  ['fan-stopped', 1, { subject: 'fan 1', heldMs: 10 * minute }, 'Fan 1: Fan stopped for 10 min'],
  ['fan-slow', 62, { subject: 'fan 2' }, 'Fan 2: Fan speed against its drive 62 %, below 70 %'],
  ['band-shut-down', 1, { subject: 'B20' }, 'B20: Band shut down'],
  ['band-shut-down', 1, { subject: 'B20', isFlapping: true }, 'B20: Band shut down, again and again'],
  ['donor-low', -89.5, { subject: 'B8', heldMs: 40 * minute }, 'B8: Donor level −89.5 dBm, below −85 dBm for 40 min'],
  ['isolation-low', 12.04, { subject: 'B3' }, 'B3: Isolation minus gain set 12 dB, below 15 dB'],
  ['supply-out-of-range', 14.1, {}, 'Supply voltage off nominal by 14.1 %, above 10 %'],
  ['gain-mismatch', 7, { subject: 'B1' }, 'B1: Output differs from input plus gain by 7 dB, above 6 dB'],
  ['round-trip-slow', 1_812.3, { heldMs: 35 * minute }, 'Round trip to the platform 1812 ms, above 1500 ms for 35 min'],
  ['restart-loop', 4, { heldMs: 2 * hour }, 'Unexpected restarts in 24 h: 4, limit 3'],
  ['uplink-silent', 3, { subject: 'B7' }, 'B7: Working days without uplink traffic: 3 d, limit 2 d'],
  ['sensor-stuck', 12.1, {}, 'Board temperature the same for 12.1 h, limit 12 h'],
  ['device-restarted', undefined, {}, 'Restarted by itself'],
  [
    'sustained-reduced-power',
    7.2,
    { subject: 'B20' },
    'B20: Output 7.2 dB below its own normal in the working hours of the last 24 h, limit 6 dB',
  ],
])('%s: %s is told as it is read aloud', (id, value, more, text) => {
  expect(said(id, value, more)).toBe(text)
})

test('every rule of the catalogue makes a sentence that fits a line, with the unit of what it compares', () => {
  for (const rule of catalogue) {
    const { looksAt } = rule
    const text = said(rule.id, looksAt.kind === 'event' ? undefined : 12.3, { heldMs: hour })
    expect(text.length).toBeLessThanOrEqual(100)
    expect(text).not.toMatch(/undefined|NaN|null|\s{2}|: :|-\d/)
    const isCompared = looksAt.kind === 'measure' && !('isFlag' in measures[looksAt.measure])
    if (isCompared && unitOf(rule) !== '') expect(text).toContain(`12.3 ${unitOf(rule)}`)
  }
})

test('advice is a sentence for people', () => {
  for (const { advice } of catalogue) expect(advice).toMatch(/^[A-Z"].*[.)]$/)
})

test.each([
  [45_000, '45 s'],
  [59_999, '60 s'],
  [12 * minute, '12 min'],
  [200 * minute, '3 h 20 min'],
  [180 * minute, '3 h'],
  [11.5 * hour, '11 h'],
  [50 * hour, '2 d'],
  [-5, '0 s'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})
