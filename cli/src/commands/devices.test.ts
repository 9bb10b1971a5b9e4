import type { RegistryDevice } from '@stellacontrol/database'
import { expect, test } from 'vitest'
import { matches } from './devices.ts'

const device: RegistryDevice = {
  id: 1,
  serial: 'HN8AB12CD',
  name: 'Lobby',
  model: 'iR5',
  state: 'active',
  tags: [],
  createdAt: 0,
  organisation: { id: 1, name: 'Northquay Estates' },
  site: null,
  ownedSince: null,
}

test.each([undefined, 'ab12', 'lobby', 'NORTHQUAY'])('a device is found by "%s"', (search) => {
  expect(matches(device, search)).toBe(true)
})

test('a device is not found by what it is not', () => {
  expect(matches(device, 'tower')).toBe(false)
})
