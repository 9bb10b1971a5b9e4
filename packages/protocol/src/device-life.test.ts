import { expect, test } from 'vitest'
import { type DeviceLifeState, deviceStates } from './api/registry.ts'
import { firstState, isClaimable, mayBecome, stateAfterHandover } from './device-life.ts'

test('of all 36 changes exactly those of a device’s life are possible', () => {
  const possible = deviceStates.flatMap((from) =>
    deviceStates.filter((to) => mayBecome(from, to)).map((to) => `${from}>${to}`),
  )
  expect(possible.sort()).toEqual(
    [
      ...['manufactured>revoked', 'manufactured>retired'],
      ...['claimed>suspended', 'claimed>revoked', 'claimed>retired'],
      ...['active>suspended', 'active>revoked', 'active>retired'],
      ...['suspended>active', 'suspended>revoked', 'suspended>retired'],
      'revoked>retired',
    ].sort(),
  )
})

test('a handover wakes what was waiting and nothing that was stopped', () => {
  const after = (heard: boolean) => deviceStates.map((state) => stateAfterHandover(state, heard))
  const stopped: DeviceLifeState[] = ['active', 'suspended', 'revoked', 'retired']
  expect(after(false)).toEqual(['claimed', 'claimed', ...stopped])
  expect(after(true)).toEqual(['active', 'active', ...stopped])
  expect(deviceStates.filter(isClaimable)).toEqual(['manufactured', 'claimed', 'active'])
  expect([firstState('manufacturer'), firstState('customer')]).toEqual(['manufactured', 'claimed'])
})
