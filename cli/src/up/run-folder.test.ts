import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@stellacontrol/test-servers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDataFolder, readFacts, readReadyUrls, removeFacts, runningOwner, writeFacts } from './run-folder.ts'

let folder: string
beforeEach(() => {
  folder = join(temporaryFolder(), 'data')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a data folder belongs to one living process at a time', () => {
  const unlock = lockDataFolder(folder)
  expect(runningOwner(folder)).toBe(process.pid)
  expect(() => lockDataFolder(folder)).toThrow(`already runs on ${folder} (process ${process.pid})`)
  unlock()
  expect(runningOwner(folder)).toBeUndefined()
  lockDataFolder(folder)()
})

test('a lock of a dead process, or of a number that is somebody else now, is taken over', () => {
  lockDataFolder(folder)
  for (const startedAt of ['0', 'long ago']) {
    writeFileSync(join(folder, 'run', 'up.json'), JSON.stringify({ pid: process.pid, startedAt }))
    lockDataFolder(folder)
    expect(runningOwner(folder)).toBe(process.pid)
  }
})

test('a half-written lock does not block the next start', () => {
  lockDataFolder(folder)
  writeFileSync(join(folder, 'run', 'up.json'), '{"pid":')
  lockDataFolder(folder)
  expect(runningOwner(folder)).toBe(process.pid)
})

test('connection facts are for this user alone, and only while somebody runs', () => {
  const unlock = lockDataFolder(folder)
  writeFacts(folder, { environment: { DATABASE_URL: 'postgres://x' }, readyUrls: { one: 'http://x' } })
  expect(statSync(join(folder, 'run', 'environment.json')).mode & 0o777).toBe(0o600)
  expect(readFacts(folder)).toEqual({ DATABASE_URL: 'postgres://x' })
  expect(readReadyUrls(folder)).toEqual({ one: 'http://x' })
  unlock()
  expect(readFacts(folder)).toBeUndefined()
  removeFacts(folder)
})
