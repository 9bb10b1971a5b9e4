import { describe, expect, it } from 'vitest'
import { directionOf, expectedTotal, parseFleetSearch, toListQuery } from './fleet/fleet-search.ts'
import { localPath, parseSearch, stringifySearch } from './url-state.ts'

describe('the address of the fleet', () => {
  it('holds the whole search and reads back to the same', () => {
    const search = parseFleetSearch({
      search: 'ward 3 & more',
      presence: 'offline,stale',
      severity: ['critical'],
      model: 'iR5',
      site: '4',
      organisation: '11',
      state: 'suspended,active',
      tag: 'roof, east',
      minimumBoardCelsius: '60',
      maximumIsolationMarginDb: '-2.5',
      sort: 'boardCelsius',
      direction: 'ascending',
      view: 'tiles',
    })
    const address = stringifySearch({ ...search })
    expect(address).toContain('presence=stale,offline')
    expect(parseFleetSearch(parseSearch(address))).toEqual(search)
  })

  it('leaves out what is the default, so that links stay short', () => {
    expect(parseFleetSearch({ sort: 'severity', direction: 'descending', view: 'table' })).toEqual({})
    expect(stringifySearch({})).toBe('')
  })

  it('ignores words that mean nothing', () => {
    expect(
      parseFleetSearch({
        presence: 'awake,stale',
        severity: 'bad',
        site: '-1',
        sort: 'luck',
        minimumBoardCelsius: 'hot',
      }),
    ).toEqual({
      presence: ['stale'],
    })
  })

  it('asks the service for the worst first unless told otherwise', () => {
    expect(toListQuery({}, 100)).toBe('sort=severity&direction=descending&limit=100')
    expect(directionOf({ sort: 'minimumIsolationMarginDb' })).toBe('ascending')
  })
})

describe('counts that are links', () => {
  const fleet = {
    devices: 200,
    presence: { online: 190, live: 5, stale: 2, offline: 2, 'never-seen': 1 },
    severity: { normal: 195, minor: 1, major: 2, critical: 2 },
    reportsPerSecond: 20,
    oldestUnprocessedMs: 0,
    lost: 0,
    at: '2026-11-23T12:00:00Z',
  }

  it('equal the rows they lead to', () => {
    expect(expectedTotal({}, fleet)).toBe(200)
    expect(expectedTotal({ presence: ['online', 'live'] }, fleet)).toBe(195)
    expect(expectedTotal({ severity: ['critical', 'major'] }, fleet)).toBe(4)
  })

  it('say nothing where the fleet has no count for the search', () => {
    expect(expectedTotal({ search: 'ward' }, fleet)).toBeUndefined()
    expect(expectedTotal({ presence: ['stale'], severity: ['minor'] }, fleet)).toBeUndefined()
  })
})

describe('the page to go to after signing in', () => {
  it('is one of ours', () => {
    expect(localPath('/devices/HN88192AD?range=7d')).toBe('/devices/HN88192AD?range=7d')
    expect(localPath('//elsewhere.example')).toBeUndefined()
    expect(localPath('/\\elsewhere.example')).toBeUndefined()
    expect(localPath('https://elsewhere.example')).toBeUndefined()
  })
})
