import { expect, test } from 'vitest'
import { MessageBudget, maximumMessagesPerMinute } from './live-routes.ts'
import { minimumIntervalMs, WatchList } from './watch-list.ts'

test('the first news goes out at once, further news once per interval, and the last news is never left out', () => {
  const list = new WatchList()
  list.replace(['A'])
  const sent: number[] = []
  const start = 1_000_000
  for (let elapsedMs = 0; elapsedMs < 2000; elapsedMs += 10) {
    if (elapsedMs <= 1100) list.mark('A')
    if (list.takeDue(start + elapsedMs).length > 0) sent.push(elapsedMs)
  }
  expect(sent[0]).toBe(0)
  expect(sent).toHaveLength(6)
  for (const [position, at] of sent.entries()) {
    if (position > 0) expect(at - (sent[position - 1] ?? 0)).toBeGreaterThanOrEqual(minimumIntervalMs)
  }
  expect(sent.at(-1)).toBeGreaterThanOrEqual(1100)
  expect(list.hasNews).toBe(false)
})

test('news of what is not watched, or no longer, is nobody’s', () => {
  const list = new WatchList()
  expect(list.replace(['A', 'B'])).toEqual({ added: ['A', 'B'], removed: [] })
  expect(list.replace(['B', 'C'])).toEqual({ added: ['C'], removed: ['A'] })
  expect(list.takeDue(1_000_000)).toEqual(['B', 'C'])
  list.mark('A')
  expect(list.hasNews).toBe(false)
})

test('a minute’s messages may come at once, and then as many as time allows', () => {
  const budget = new MessageBudget(0)
  const taken = Array.from({ length: maximumMessagesPerMinute + 1 }, () => budget.take(0))
  expect(taken.filter(Boolean)).toHaveLength(maximumMessagesPerMinute)
  expect(budget.take(30_000)).toBe(true)
})
