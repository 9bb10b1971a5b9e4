import { roles } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { refusalOfRole } from './role-rules.ts'

test('nobody gives or takes a role that is higher than their own, or changes their own', () => {
  for (const actorRole of roles) {
    for (const other of roles) {
      const expected = roles.indexOf(other) > roles.indexOf(actorRole) ? 'forbidden' : undefined
      const change = { actorId: 1, actorRole, personId: 2 }
      expect(refusalOfRole({ ...change, after: other })).toBe(expected)
      expect(refusalOfRole({ ...change, before: other, after: 'viewer' })).toBe(expected)
      expect(refusalOfRole({ ...change, personId: 1, after: other })).toBe('own-account')
    }
  }
  expect(refusalOfRole({ actorId: 1, actorRole: undefined, after: 'viewer' })).toBe('forbidden')
})
