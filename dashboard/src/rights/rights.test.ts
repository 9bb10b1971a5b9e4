import { describe, expect, it } from 'vitest'
import { isManufacturer, mayAnywhere, roleIn } from './rights.ts'

const tree = [
  { id: 1, parentId: null },
  { id: 2, parentId: 1 },
  { id: 3, parentId: 2 },
  { id: 4, parentId: 1 },
]
const member = (id: number, kind: 'manufacturer' | 'reseller' | 'customer', role: 'viewer' | 'administrator') => ({
  organisation: { id, name: `organisation ${id}`, kind },
  role,
})

describe('what the page offers', () => {
  it('follows a role down the tree, and not beside it', () => {
    const memberships = [member(2, 'reseller', 'administrator')]
    expect(roleIn(memberships, 2, tree)).toBe('administrator')
    expect(roleIn(memberships, 3, tree)).toBe('administrator')
    expect(roleIn(memberships, 4, tree)).toBeUndefined()
    expect(roleIn(memberships, 1, tree)).toBeUndefined()
  })

  it('takes the highest of several roles', () => {
    expect(roleIn([member(2, 'reseller', 'viewer'), member(3, 'customer', 'administrator')], 3, tree)).toBe(
      'administrator',
    )
  })

  it('is everything for the manufacturer, also where the tree is not known yet', () => {
    const memberships = [member(1, 'manufacturer', 'administrator')]
    expect(roleIn(memberships, 77, [])).toBe('administrator')
    expect(isManufacturer(memberships)).toBe(true)
  })

  it('ends on a tree that runs in a circle', () => {
    const circle = [
      { id: 1, parentId: 2 },
      { id: 2, parentId: 1 },
    ]
    expect(roleIn([member(3, 'customer', 'viewer')], 1, circle)).toBeUndefined()
  })

  it('is nothing beyond reading for a viewer', () => {
    const memberships = [member(3, 'customer', 'viewer')]
    expect(mayAnywhere(memberships, 'read')).toBe(true)
    expect(mayAnywhere(memberships, 'devices.claim')).toBe(false)
  })
})
