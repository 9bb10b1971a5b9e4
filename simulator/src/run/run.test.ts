import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseArguments } from '../arguments.ts'
import { Random } from '../random.ts'
import { BootCounters } from './boot-counters.ts'
import { DueHeap } from './due-heap.ts'
import { prepareSimulation } from './prepare.ts'
import { emptyStatistics } from './statistics.ts'
import { statusLine } from './status-line.ts'

function withFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'run-'))
  try {
    use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('who is due first is first', () => {
  const random = new Random(1)
  const heap = new DueHeap<number>()
  const moments = Array.from({ length: 1_000 }, () => random.integer(500))
  for (const at of moments) heap.push(at, at)
  const popped: number[] = []
  while (heap.nextAt < Number.POSITIVE_INFINITY) popped.push(heap.pop() ?? -1)
  expect(popped).toEqual([...moments].sort((one, other) => one - other))
  expect(heap.pop()).toBeUndefined()
})

test('a boot number is never used twice, however the run before ended', () => {
  withFolder((folder) => {
    const first = new BootCounters(folder, ['A', 'B'])
    expect([first.current('A'), first.current('B')]).toEqual([2, 2])
    expect(first.next('A')).toBe(3)
    // Not closed: the run was killed.
    const second = new BootCounters(folder, ['A', 'C'])
    expect([second.current('A'), second.current('B'), second.current('C')]).toEqual([4, 2, 2])
    first.close()
    second.close()
  })
})

test('half a line at the end of a killed run does no harm', () => {
  withFolder((folder) => {
    writeFileSync(join(folder, 'boots.txt'), 'A 7\nB 12\nA 8\nB')
    const counters = new BootCounters(folder, ['A', 'B'])
    expect([counters.current('A'), counters.current('B')]).toEqual([9, 13])
    counters.close()
    expect(readFileSync(join(folder, 'boots.txt'), 'utf8')).toBe('A 9\nB 13\n')
  })
})

test('a fleet file that does not exist is made, readable for its owner only, and read again as it was', () => {
  withFolder((folder) => {
    const words = [
      '--fleet',
      join(folder, 'fleet.json'),
      '--mqtt',
      'mqtt://127.0.0.1:1',
      '--state',
      folder,
      '--devices',
      '12',
    ]
    const parsed = parseArguments(words)
    if (parsed === undefined) throw new Error('no arguments')
    const made = prepareSimulation(parsed)
    expect(made.fleet.devices).toHaveLength(12)
    expect(prepareSimulation(parsed).fleet).toEqual(made.fleet)
  })
})

test('the status line tells rates since the line before, for people and as JSON', () => {
  const before = { ...emptyStatistics(10), sent: 100, acknowledged: 90 }
  const now = {
    ...before,
    connected: 9,
    sent: 300,
    acknowledged: 290,
    unacknowledged: 10,
    errors: 1,
    lastError: 'lost',
  }
  expect(statusLine(before, now, 10_000, false)).toBe(
    '9 of 10 connected · sent 20/s · acknowledged 20/s · 10 unacknowledged · 0 kept · 1 errors (lost)',
  )
  expect(JSON.parse(statusLine(before, now, 10_000, true))).toMatchObject({
    sentPerSecond: 20,
    connected: 9,
    lastError: 'lost',
  })
})
