import { expect, it } from 'vitest'
import { treeRows } from './organisation-tree.ts'

const organisation = (id: number, parentId: number | null, name: string) => ({
  id,
  parentId,
  name,
  kind: 'customer' as const,
  devices: 0,
  people: 0,
  sites: 0,
  createdAt: '',
})

it('organisations stand below the one they belong to, sisters by name', () => {
  const rows = treeRows([
    organisation(3, 2, 'Deep'),
    organisation(4, 1, 'Alpha'),
    organisation(2, 1, 'Beta'),
    organisation(1, null, 'Top'),
  ])
  expect(rows.map(({ organisation: { name }, depth }) => `${depth} ${name}`)).toEqual([
    '0 Top',
    '1 Alpha',
    '1 Beta',
    '2 Deep',
  ])
})

it('an organisation whose parent may not be seen is at the top', () => {
  expect(treeRows([organisation(3, 99, 'Own')]).map(({ depth }) => depth)).toEqual([0])
})
