import { expect, test } from 'vitest'
import { AlertWatch } from './alert-watch.ts'

test('a reader that is far behind gets the newest, and is told that something is missing', () => {
  const watch = new AlertWatch()
  watch.watch(true, 0)
  for (let index = 0; index < 250; index++) watch.push(String(index), 0)
  watch.count('{"critical":1}')
  const sent = watch.take()
  expect(sent).toHaveLength(201)
  expect(sent[0]).toBe('50')
  expect(sent.at(-1)).toBe('{"type":"alert-counts","open":{"critical":1},"missed":true}')
  expect(watch.hasNews).toBe(false)
})

test('counts are news when they change, and whoever watches anew gets them again', () => {
  const watch = new AlertWatch()
  watch.watch(true, 0)
  watch.count('{"critical":1}')
  expect(watch.take()).toHaveLength(1)
  watch.count('{"critical":1}')
  expect(watch.hasNews).toBe(false)
  watch.watch(true, 0)
  watch.count('{"critical":1}')
  expect(watch.take()).toEqual(['{"type":"alert-counts","open":{"critical":1},"missed":false}'])
})
