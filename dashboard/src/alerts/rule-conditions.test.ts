import type { AlertRule, History, IncidentDetail } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { boxCharts, limitMetric, usualDistanceMs } from './black-box-charts.ts'
import { conditionsOf } from './rule-conditions.ts'

const raisedAt = '2026-11-23T12:12:00.000Z'
const history = {
  at: [0, 10, 20].map((second) => Date.parse('2026-11-23T12:11:50.000Z') + second * 1000),
  series: [
    'B3.gainActualDb',
    'B20.gainActualDb',
    'B20.downlinkInputDbm',
    'supplyVolts',
    'boardCelsius',
    'fanSpeedRpm',
  ].map((metric) => ({ metric, unit: '', average: [1, 2, 3] })),
} as unknown as History
const incident = (given: Partial<IncidentDetail> = {}) =>
  ({
    ...{
      value: 76.4,
      threshold: 70,
      unit: '°C',
      severity: 'critical',
      subject: null,
      ruleName: 'Board temperature high',
    },
    ...{ since: '2026-11-23T12:00:00.000Z', raisedAt, blackBox: { history } },
    ...given,
  }) as unknown as IncidentDetail
const rule = (given: Partial<AlertRule>) =>
  ({
    looksAt: { kind: 'measure', measure: 'boardCelsius', is: 'above' },
    levels: [{ severity: 'critical', raiseAt: 70, clearAt: 65 }],
    raise: { holdMs: 600_000, samples: 3 },
    ...given,
  }) as AlertRule

describe('why an incident was raised', () => {
  it('is the value against its limit, and for how long that had to hold', () => {
    expect(conditionsOf(incident(), rule({}))).toEqual([
      { what: 'Board temperature', limit: 'above 70 °C', value: '76.4 °C' },
      { what: 'Held for', limit: '10 min and 3 reports', value: '12 min' },
    ])
  })

  it("is told by the level's own hold, and by what else had to be so at that moment", () => {
    const ofBand = rule({
      looksAt: { kind: 'measure', measure: 'gainReductionDb', is: 'above' },
      levels: [{ severity: 'critical', raiseAt: 12, clearAt: 6, raise: { holdMs: 0, samples: 1 } }],
      onlyWhile: [{ measure: 'downlinkInputDbm', is: 'above', than: -80 }],
    })
    expect(conditionsOf(incident({ subject: 'B20', value: 17.4, threshold: 12, unit: 'dB' }), ofBand)).toEqual([
      { what: 'Gain below what is set, B20', limit: 'above 12 dB', value: '17.4 dB' },
      { what: 'Donor level, B20', limit: 'above −80 dBm', value: '2 dBm' },
    ])
  })

  it('has no limit where a rule looks at something that is so or not', () => {
    const flag = rule({ looksAt: { kind: 'measure', measure: 'doorOpen', is: 'above' } })
    expect(conditionsOf(incident({ value: 1, threshold: 0.5, unit: '' }), flag)[0]).toEqual({
      what: 'Door open',
      limit: 'yes',
      value: 'yes',
    })
  })

  it('is value and threshold alone where the rule is none of the catalogue, and nothing without them', () => {
    const site = incident({ ruleName: 'Site silent', value: 4, threshold: 3, unit: null })
    expect(conditionsOf(site, undefined)).toEqual([{ what: 'Site silent', limit: '3', value: '4' }])
    expect(conditionsOf(incident({ value: null }), undefined)).toEqual([])
  })
})

describe('the charts of the black box', () => {
  const first = (of: AlertRule | undefined, subject: string | null) =>
    boxCharts(history, of, subject)
      .slice(0, 2)
      .map(({ metric }) => metric)

  it('begin with what the rule looks at, or with what stands for it', () => {
    expect(first(rule({}), null)[0]).toBe('boardCelsius')
    expect(first(rule({ looksAt: { kind: 'measure', measure: 'fanStopped', is: 'above' } }), 'fan 1')[0]).toBe(
      'fanSpeedRpm',
    )
    const gain = rule({ looksAt: { kind: 'measure', measure: 'gainReductionDb', is: 'above' } })
    expect(first(gain, 'B20')).toEqual(['B20.gainActualDb', 'B20.downlinkInputDbm'])
    expect(boxCharts(history, gain, 'B20').at(-1)?.metric).toBe('B3.gainActualDb')
  })

  it('are named in words, with the limit only where it belongs', () => {
    expect(boxCharts(history, undefined, 'B20').find(({ metric }) => metric === 'fanSpeedRpm')?.title).toBe('Fan speed')
    expect(boxCharts(history, undefined, 'B20')[0]).toMatchObject({ title: 'Gain', subtitle: 'B20' })
    expect(limitMetric(rule({}), null)).toBe('boardCelsius')
    expect(limitMetric(rule({ looksAt: { kind: 'measure', measure: 'isolationDb', is: 'below' } }), 'B3')).toBe(
      'B3.isolationDb',
    )
    expect(limitMetric(rule({ looksAt: { kind: 'silence' } }), null)).toBeUndefined()
  })

  it('take the middle distance of reports for the usual one', () => {
    expect(usualDistanceMs([0, 10, 20, 900, 910])).toBe(10)
    expect(usualDistanceMs([5])).toBe(0)
  })
})
