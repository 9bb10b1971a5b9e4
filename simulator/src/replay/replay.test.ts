import { expect, test } from 'vitest'
import { booster, makeDevice, statusOf, watch } from '../testing/devices.ts'
import { Replay } from './replay.ts'
import { parseTrace } from './trace.ts'

const trace = `Timestamp,NetworkMode,RSRP,RSRQ,SNR,CQI,RSSI
2026.11.24_10.00.00,LTE,-90,-10,8.0,10,-62
2026.11.24_10.00.01,LTE,-92,-11,-,10,-
2026.11.24_10.00.02,LTE,-200,-10,,10,?
2026.11.24_10.00.03,HSPA+,-71,-2,3.0,10,-60
2026.11.24_10.00.04,5G,-94,-12,7.0,10,-107
`
const columns = { rsrp: 'RSRP', rsrq: 'RSRQ', sinr: 'SNR', rssi: 'RSSI' }

test('dirt and sentinels become absent values', () => {
  expect(parseTrace(trace, { columns })).toEqual([
    { offsetMs: 0, values: { rsrp: -90, rsrq: -10, sinr: 8, rssi: -62 } },
    { offsetMs: 1_000, values: { rsrp: -92, rsrq: -11 } },
    { offsetMs: 2_000, values: { rsrq: -10 } },
    { offsetMs: 3_000, values: { rssi: -60 } },
    { offsetMs: 4_000, values: { rsrp: -94, rsrq: -12, sinr: 7 } },
  ])
})

test('moments may be ISO 8601, with another column name and in any order', () => {
  const text = 'when,level\n2026-11-24T10:00:05Z,-80\n2026-11-24 10:00:01,-81\n2026-11-24T11:00:03+01:00,-82\n'
  const rows = parseTrace(text, { columns: { 'modem-rsrp': 'level' }, timestamp: 'when' })
  expect(rows.map(({ offsetMs }) => offsetMs)).toEqual([0, 2_000, 4_000])
  expect(rows.map(({ values }) => values['modem-rsrp'])).toEqual([-81, -82, -80])
})

test.each([
  ['a column that is not there', { columns: { rsrp: 'Level' } }, trace, 'no column "Level"'],
  ['no mapped column', { columns: {} }, trace, 'no column is mapped'],
  [
    'a moment that is none',
    { columns: { rsrp: 'RSRP' } },
    'Timestamp,RSRP\nsoon,-90\n',
    'line 2: "soon" is not a moment',
  ],
  ['no rows', { columns: { rsrp: 'RSRP' } }, 'Timestamp,RSRP\n', 'there are no rows'],
])('%s is an error that says so', (_what, options, text, message) => {
  expect(() => parseTrace(text, options)).toThrow(message)
})

test('a trace is played in a loop, and what falls into one interval is averaged', () => {
  const text = Array.from({ length: 10 }, (_, second) => `2026-11-24T10:00:0${second}Z,${-90 - second}`).join('\n')
  const replay = new Replay(parseTrace(`Timestamp,RSRP\n${text}`, { columns: { rsrp: 'RSRP' } }))
  const seen = Array.from(
    { length: 20 },
    (_, second) => replay.between('A', second * 1_000, (second + 1) * 1_000).rsrp?.average,
  )
  expect(new Set(seen).size).toBe(10)
  expect(seen.slice(10)).toEqual(seen.slice(0, 10))
  expect(replay.between('A', 0, 10_000).rsrp).toMatchObject({ average: -94.5, minimum: -99, maximum: -90 })
  expect(replay.between('A', 0, 10_000_000).rsrp).toMatchObject({ minimum: -99, maximum: -90 })
})

test('two devices do not play the same second at the same time', () => {
  const text = Array.from(
    { length: 3_000 },
    (_, second) => `${new Date(second * 1_000).toISOString()},${-90 - second / 100}`,
  ).join('\n')
  const replay = new Replay(parseTrace(`Timestamp,RSRP\n${text}`, { columns: { rsrp: 'RSRP' } }))
  expect(replay.between('HN88192AD', 0, 1_000)).not.toEqual(replay.between('HN8740E91', 0, 1_000))
})

test('a device with a trace reports its values on one band, and absent ones as absent', () => {
  const replay = new Replay(parseTrace(trace, { columns }), 20)
  const statuses = watch(makeDevice({ replay }), 30_000, 1_000, (device) => statusOf(device))
  const bands = statuses.map((status) => status.bands.find(({ band }) => band === 'B20'))
  const levels = new Set(bands.map((band) => band?.donorRsrpDbm))
  expect(levels).toEqual(new Set([-90, -92, -94, undefined]))
  for (const band of bands.filter((one) => one?.donorRsrpDbm === undefined)) expect(band?.donorSinrDb).toBeUndefined()
  expect(statuses[0]?.serial).toBe(booster.serial)
})
