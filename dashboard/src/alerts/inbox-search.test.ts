import { expect, it } from 'vitest'
import { parseSearch, stringifySearch } from '../url-state.ts'
import { filterCount, parseInboxSearch, toIncidentQuery, withoutFilters } from './inbox-search.ts'

const id = '0f8fad5b-d9cb-469f-a165-70867728950e'

it('an address holds all of a search, and reading it back gives the same', () => {
  const search = parseInboxSearch({
    state: 'shelved',
    severity: 'critical,minor',
    class: 'quality',
    assignee: 'nobody',
    search: 'ward 3',
    device: 'HN01',
    site: '4',
    organisation: '7',
    rule: 'fan-stopped',
    parentId: id,
    sort: 'raisedAt',
    incident: id,
  })
  expect(Object.keys(search)).toHaveLength(12)
  expect(parseInboxSearch(parseSearch(stringifySearch({ ...search })))).toEqual(search)
})

it('what is unknown or malformed in an address is left out', () => {
  expect(
    parseInboxSearch({
      state: 'burning',
      severity: 'dreadful',
      assignee: 'somebody',
      site: '-3',
      incident: '../etc',
      sort: 'name',
      other: 'x',
    }),
  ).toEqual({})
  expect(parseInboxSearch({ severity: 'dreadful,major' })).toEqual({ severity: ['major'] })
})

it('without more said, open incidents are asked for, the worst first; the open one is no filter', () => {
  expect(toIncidentQuery({ incident: id }, 100)).toBe('state=open&sort=severity&limit=100')
  expect(toIncidentQuery({ state: 'any', severity: ['major', 'minor'] }, 50)).toBe(
    'severity=major%2Cminor&sort=severity&limit=50',
  )
})

it('of one booster everything is asked for, also what its site explains', () => {
  expect(toIncidentQuery({ device: 'HN01' }, 100)).toContain('device=HN01&members=true')
})

it('tab, order and the open incident are no filters, and stay when filters go', () => {
  const search = { state: 'cleared', sort: 'raisedAt', incident: id, site: 3, search: 'x' } as const
  expect(filterCount(search)).toBe(2)
  expect(withoutFilters(search)).toEqual({ state: 'cleared', sort: 'raisedAt', incident: id })
})
