import { expect, it } from 'vitest'
import { changedValues } from './changed-values.ts'

it('an edit shows only what differs, as text', () => {
  const before = { name: 'Lobby', tags: ['a'], timeZone: 'Europe/Brussels', site: { id: 1, name: 'Hotel' } }
  const after = { name: 'Lobby', tags: ['a', 'b'], timeZone: 'Europe/London', site: null }
  expect(changedValues(before, after)).toEqual([
    { name: 'Tags', before: 'a', after: 'a, b' },
    { name: 'Time zone', before: 'Europe/Brussels', after: 'Europe/London' },
    { name: 'Site', before: 'Hotel', after: undefined },
  ])
})

it('what has no fields is shown as it is', () => {
  expect(changedValues(null, 'active')).toEqual([{ name: 'Value', before: undefined, after: 'active' }])
  expect(changedValues(null, null)).toEqual([])
})
