import { expect, test } from 'vitest'
import { outageMsBetween, watchOn } from './outages.ts'

const second = 1_000

test('listening without gaps is no outage', () => {
  let watch = watchOn(undefined, 0, true)
  for (let now = 0; now <= 60 * second; now += second / 2) watch = watchOn(watch, now, true)
  expect(watch).toEqual({ heardUntil: 60 * second, outages: [] })
})

test('time in which nobody listened, or nobody could be heard, is an outage once it is over', () => {
  let watch = watchOn(undefined, 0, true)
  for (let now = 0; now <= 30 * second; now += second) watch = watchOn(watch, now, now < 5 * second)
  expect(outageMsBetween(watch, 0, 30 * second)).toBe(26 * second)
  watch = watchOn(watch, 31 * second, true)
  expect(watch.outages).toEqual([[4 * second, 31 * second]])
  watch = watchOn(watch, 100 * second, true)
  expect(watch.outages).toHaveLength(2)
})

test('only the part of an outage counts that lies in the time that is asked for', () => {
  const watch = {
    heardUntil: 1_000 * second,
    outages: [[100, 200] as [number, number], [300, 500] as [number, number]],
  }
  expect(outageMsBetween(watch, 0, 1_000)).toBe(300)
  expect(outageMsBetween(watch, 150, 400)).toBe(150)
  expect(outageMsBetween(watch, 600, 900)).toBe(0)
})

test('outages that no silence can reach back to are forgotten, and there are never more than a hundred', () => {
  let watch = watchOn(undefined, 0, true)
  for (let count = 1; count <= 300; count++) watch = watchOn(watch, count * 20 * second, true)
  expect(watch.outages).toHaveLength(100)
  watch = watchOn(watch, 40 * 86_400 * second, true)
  expect(watch.outages).toHaveLength(1)
})
