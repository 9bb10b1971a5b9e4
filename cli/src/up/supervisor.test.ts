import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf, isSameProcessAlive, temporaryFolder, waitFor } from '@stellacontrol/test-servers'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { endLeftovers, recordChildren } from './leftovers.ts'
import { boundLogFile } from './log-file.ts'
import { decideRestart, Supervisor } from './supervisor.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let said: string[]
let supervisor: Supervisor
let pids: number[] = []
beforeEach(() => {
  said = []
  supervisor = new Supervisor({
    logFolder: join(folder, 'logs'),
    say: (line) => said.push(line),
    onChange: (children) => {
      pids = children
    },
  })
})
afterEach(() => supervisor.stop(2_000))

function program(name: string, text: string): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, text)
  return file
}

const keepRunning =
  "console.log('up', process.env.WORD); process.on('disconnect', () => process.exit()); setInterval(() => {}, 1000)"

test('a child that ends unasked is started again, visibly, and its output is kept', async () => {
  supervisor.start({ name: 'steady', file: program('steady', keepRunning), environment: { WORD: 'here' } })
  const first = await waitFor(() => supervisor.pidOf('steady'))
  await waitFor(() => supervisor.lastWords('steady').includes('up here'))
  process.kill(first, 'SIGKILL')
  const second = await waitFor(() => {
    const pid = supervisor.pidOf('steady')
    return pid === first ? undefined : pid
  })
  expect(pids).toEqual([second])
  expect(said).toEqual([
    expect.stringMatching(/^steady ended \(SIGKILL\) and is started again in 0.5 s; see .*steady\.log$/),
  ])
})

test('children that are stopped are not started again, and a deaf one is killed', async () => {
  const deaf = `process.on('SIGTERM', () => {}); ${keepRunning}`
  supervisor.start({ name: 'deaf', file: program('deaf', deaf), environment: {} })
  const pid = await waitFor(() => supervisor.pidOf('deaf'))
  await waitFor(() => supervisor.lastWords('deaf').includes('up'))
  const identity = identityOf(pid)
  await supervisor.stop(100)
  expect(identity !== undefined && isSameProcessAlive(identity)).toBe(false)
  expect(said).toEqual(['deaf did not end within 100 ms and was killed.'])
  expect(supervisor.pidOf('deaf')).toBeUndefined()
})

test('the delay before a restart doubles up to half a minute, and a healthy run forgives', () => {
  expect(decideRestart(0, 100)).toEqual({ crashes: 1, delayMs: 500 })
  expect(decideRestart(3, 100)).toEqual({ crashes: 4, delayMs: 4_000 })
  expect(decideRestart(40, 100).delayMs).toBe(30_000)
  expect(decideRestart(40, 60_000)).toEqual({ crashes: 1, delayMs: 500 })
})

test('children of a killed starter are ended by the next start, and strangers with their numbers are not', async () => {
  const file = join(folder, 'children.json')
  const stray = new Supervisor({ logFolder: join(folder, 'logs'), say: () => {} })
  stray.start({ name: 'stray', file: program('stray', keepRunning), environment: {} })
  const pid = await waitFor(() => stray.pidOf('stray'))
  const identity = identityOf(pid)
  recordChildren(file, [pid])
  await stray.stop(2_000)
  const other = new Supervisor({ logFolder: join(folder, 'logs'), say: () => {} })
  other.start({ name: 'other', file: program('other', keepRunning), environment: {} })
  const otherPid = await waitFor(() => other.pidOf('other'))
  const children = [identity, { pid: process.pid, startedAt: 'another time' }, identityOf(otherPid)]
  writeFileSync(file, JSON.stringify(children))
  const ended = other.stop(5_000, [])
  await endLeftovers(file)
  await ended
  await waitFor(() => identityOf(otherPid) === undefined)
  expect(identityOf(process.pid)).toBeDefined()
})

test('a log is cut at its limit, and the part before is kept once', () => {
  const file = join(folder, 'big.log')
  writeFileSync(file, 'x'.repeat(100))
  boundLogFile(file, 100)
  expect(statSync(file).size).toBe(100)
  boundLogFile(file, 99)
  expect(statSync(file).size).toBe(0)
  expect(readFileSync(`${file}.1`, 'utf8')).toHaveLength(100)
})
