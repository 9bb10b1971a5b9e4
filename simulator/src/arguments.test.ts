import { expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'

const usual = ['--fleet', 'fleet.json', '--mqtt', 'mqtt://127.0.0.1:1883', '--state', 'state']

test('three arguments are enough', () => {
  expect(parseArguments(usual)).toMatchObject({
    fleet: 'fleet.json',
    intervalSeconds: 10,
    live: { count: 0, intervalSeconds: 1 },
    backfill: undefined,
    hasWitness: true,
    isJson: false,
  })
})

test('every argument is understood', () => {
  const more =
    '--interval-seconds 0.5 --live 5 --live-interval-seconds 2 --backfill-days 7 --backfill-rate 900 --seed 3 --devices 40'
  const replay =
    '--replay a.csv --column rsrp=RSRP --column modem-rsrp=RSSI --replay-band 20 --json --no-witness --faults f.json'
  expect(parseArguments([...usual, ...more.split(' '), ...replay.split(' ')])).toMatchObject({
    intervalSeconds: 0.5,
    live: { count: 5, intervalSeconds: 2 },
    backfill: { days: 7, reportsPerSecond: 900 },
    seed: 3,
    devices: 40,
    replay: { file: 'a.csv', columns: { rsrp: 'RSRP', 'modem-rsrp': 'RSSI' }, band: 20 },
    faults: 'f.json',
    hasWitness: false,
    isJson: true,
  })
})

test('all problems are told together', () => {
  expect(() => parseArguments(['--mqtt', 'http://x', '--devices', '0', '--live', 'many', '--replay', 'a.csv'])).toThrow(
    /--mqtt must look like.*--fleet is missing.*--state is missing.*--live must be.*--devices must be.*--replay needs/,
  )
  expect(() => parseArguments([...usual, '--spped', '3'])).toThrow('--spped')
  expect(parseArguments(['--help'])).toBeUndefined()
})
