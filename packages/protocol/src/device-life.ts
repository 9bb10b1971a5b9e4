import type { DeviceLifeState } from './api/registry.ts'
import type { Permission } from './permissions.ts'

/** What a person may make of a device in each state. Claiming and the first report move it on by themselves. */
const changes: Record<DeviceLifeState, readonly DeviceLifeState[]> = {
  manufactured: ['revoked', 'retired'],
  claimed: ['suspended', 'revoked', 'retired'],
  active: ['suspended', 'revoked', 'retired'],
  suspended: ['active', 'revoked', 'retired'],
  revoked: ['retired'],
  retired: [],
}

/** True if a person with the right to may change a device from one state to the other. Revoking and retiring are final. */
export function mayBecome(from: DeviceLifeState, to: DeviceLifeState): boolean {
  return changes[from].includes(to)
}

/** What somebody must be allowed to, to bring a device into a state. */
export const stateChangePermissions = {
  active: 'devices.operate',
  suspended: 'devices.operate',
  revoked: 'devices.credentials',
  retired: 'devices.transfer',
} as const satisfies Partial<Record<DeviceLifeState, Permission>>

/** The state in which a device of somebody begins: what is still the manufacturer's can be claimed. */
export function firstState(ownerKind: 'manufacturer' | 'reseller' | 'customer'): DeviceLifeState {
  return ownerKind === 'manufacturer' ? 'manufactured' : 'claimed'
}

/** The state of a device that was claimed or handed over: what its makers or owners stopped stays stopped. */
export function stateAfterHandover(from: DeviceLifeState, wasHeardOf: boolean): DeviceLifeState {
  if (from === 'manufactured' || from === 'claimed') return wasHeardOf ? 'active' : 'claimed'
  return from
}

/** Only a device that is nobody's problem can be claimed: a code does not undo that it was suspended, revoked or retired. */
export function isClaimable(state: DeviceLifeState): boolean {
  return state === 'manufactured' || state === 'claimed' || state === 'active'
}
