import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installCommand, isProgramPresent, missingPackages, nodeProblem, root, systemPrograms } from './bootstrap.mjs'
import { refuseDaemons } from './system-packages.mjs'
import { summarize, summaryLine } from './test-summary.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bootstrap-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('Node 20.19 is enough and 20.18 is one clear line', () => {
  expect(nodeProblem('20.19.0')).toBeUndefined()
  expect(nodeProblem('22.1.0')).toBeUndefined()
  expect(nodeProblem('20.18.9')).toBe('StellaControl needs Node 20.19 or newer; this is 20.18.9.')
})

test('valkey-server does as well as redis-server', () => {
  const programs = Object.values(systemPrograms)
  expect(missingPackages(programs, () => false)).toEqual(['redis-server', 'mosquitto', 'mosquitto-clients', 'chromium'])
  expect(missingPackages(programs, (name: string) => name !== 'redis-server')).toEqual([])
})

test('a program is found by its folder', () => {
  writeFileSync(join(folder, 'redis-server'), '')
  expect(isProgramPresent('redis-server', ['', folder])).toBe(true)
  expect(isProgramPresent('valkey-server', ['', folder])).toBe(false)
})

test('the command to type is exact and keeps the daemons of the packages off', () => {
  const debian = (name: string) => name === 'apt-get'
  expect(installCommand(['redis-server', 'chromium'], debian)).toBe(
    'sudo apt-get update && sudo apt-get install -y redis-server chromium && sudo systemctl disable --now redis-server',
  )
  expect(installCommand(['redis-server'], (name: string) => name === 'brew')).toBe('brew install redis')
})

test('daemons are refused while packages are installed, and whatever policy there was comes back', () => {
  const policy = join(folder, 'policy-rc.d')
  const aside = `${policy}.aside`
  const restoreNone = refuseDaemons(policy, aside)
  expect(readFileSync(policy, 'utf8')).toContain('exit 101')
  expect(statSync(policy).mode & 0o111).not.toBe(0)
  restoreNone()
  expect(existsSync(policy)).toBe(false)

  writeFileSync(policy, 'theirs')
  refuseDaemons(policy, aside)
  // Killed before it could restore: the next run does.
  const restore = refuseDaemons(policy, aside)
  restore()
  restore()
  expect(readFileSync(policy, 'utf8')).toBe('theirs')
  expect(existsSync(aside)).toBe(false)
})

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
})

test('the last line counts passed, failed and skipped tests', () => {
  const results = {
    success: false,
    testResults: [file('passed', 'passed', 'skipped'), file('failed', 'failed', 'passed')],
  }
  expect(summaryLine(summarize(results, 0))).toBe('2 passed, 1 failed, 1 skipped')
})

test('nothing that went wrong can hide behind "0 failed"', () => {
  const good = { success: true, testResults: [file('passed', 'passed')] }
  expect(summaryLine(summarize(good, 0))).toBe('1 passed, 0 failed')
  expect(summarize(good, 2).failed).toBe(2)
  expect(summarize({ ...good, success: false }, 0).failed).toBe(1)
  expect(summarize({ success: false, testResults: [file('failed')] }, 0).failed).toBe(1)
  expect(summarize(undefined, 0).failed).toBe(1)
})

test('the lock file names every optional package, also those of other platforms: without one, npm ci refuses it', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const names = Object.keys(packages).map((path) =>
    path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
  )
  const wanted = Object.values(packages as Record<string, { optionalDependencies?: object }>).flatMap(
    ({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}),
  )
  expect(wanted.filter((name) => !names.includes(name))).toEqual([])
})
