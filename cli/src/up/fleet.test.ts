import { statSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@stellacontrol/test-servers'
import { expect, test } from 'vitest'
import { ensureFleet } from './fleet.ts'

test('a fleet is planned once, for this user alone, and found again', () => {
  const file = join(temporaryFolder(), 'simulator', 'fleet.json')
  const first = ensureFleet(file, 5)
  expect(first.devices).toHaveLength(5)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(ensureFleet(file, 5)).toEqual(first)
})

test('two installations simulate the same devices with different secrets', () => {
  const [one, other] = [1, 2].map(() => ensureFleet(join(temporaryFolder(), 'fleet.json'), 3).devices)
  expect(one?.map(({ serial }) => serial)).toEqual(other?.map(({ serial }) => serial))
  expect(one?.[0]?.secret).not.toBe(other?.[0]?.secret)
})

test('a fleet that grows keeps the secrets of its devices', () => {
  const file = join(temporaryFolder(), 'fleet.json')
  const before = ensureFleet(file, 5).devices
  const after = new Map(ensureFleet(file, 40).devices.map(({ serial, secret }) => [serial, secret]))
  expect(after.size).toBe(40)
  const shared = before.filter(({ serial }) => after.has(serial))
  expect(shared.length).toBeGreaterThan(0)
  for (const { serial, secret } of shared) expect(after.get(serial)).toBe(secret)
})
