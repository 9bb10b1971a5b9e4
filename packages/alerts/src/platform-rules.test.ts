import { expect, test } from 'vitest'
import { evaluatePlatform, type PlatformEntries, type PlatformFigures } from './platform-rules.ts'

const second = 1_000

function look(series: [atSeconds: number, figures: PlatformFigures][]): string[] {
  let entries: PlatformEntries = {}
  return series.flatMap(([at, figures]) => {
    const { entries: after, decisions } = evaluatePlatform(entries, figures, at * second)
    entries = after
    return decisions.map((decision) => `${at} ${decision.do} ${decision.severity} ${decision.text}`)
  })
}

test('a queue that fills is told after two looks, again when it gets worse, and its end after five calm minutes', () => {
  expect(
    look([
      [0, { queueFilledPercent: 60 }],
      [15, { queueFilledPercent: 62 }],
      [30, { queueFilledPercent: 64 }],
      [45, { queueFilledPercent: 91 }],
      [75, { queueFilledPercent: 92 }],
      [90, { queueFilledPercent: 20 }],
      [400, { queueFilledPercent: 20 }],
    ]),
  ).toEqual([
    "30 raise minor The queue's memory is 64 % full",
    "75 raise critical The queue's memory is 92 % full",
    "400 clear critical The queue's memory is 20 % full",
  ])
})

test('what falls is worse for an allowance, a disk and a certificate', () => {
  const figures = { outageAllowanceHours: 0.5, diskFreeGibibytes: 0.1, certificateDays: -1 }
  expect(look([0, 30, 870, 900].map((at) => [at, figures]))).toEqual([
    '30 raise critical 0.1 GiB are free for the data',
    '30 raise critical A certificate has ended',
    '900 raise major PostgreSQL could be away for 30 min at this rate of reports',
  ])
})

test('a figure that could not be measured changes nothing', () => {
  expect(
    look([
      [0, { historyLagMinutes: 10 }],
      [30, {}],
      [60, { historyLagMinutes: 10 }],
    ]),
  ).toEqual(['60 raise minor History is 10 min behind'])
})
