import { type Incident, mayDo, type Permission, type Role } from '@stellacontrol/protocol'
import { expect, it } from 'vitest'
import { afterChange, changeable, outcomeWords, shelves } from './incident-changes.ts'

const incident = (state: Incident['state'], organisation = 1) =>
  ({ id: state, state, organisation: { id: organisation, name: 'x' }, shelvedUntil: null, assignee: null }) as Incident
const as = (role: Role) => (permission: Permission, organisation: number) =>
  organisation === 1 && mayDo(role, permission)
const statesOf = (incidents: Incident[]) => incidents.map(({ state }) => state)
const one = (['open', 'acknowledged', 'shelved', 'cleared'] as const).map((state) => incident(state))

it('an action is offered where it makes sense, to whom it is allowed', () => {
  expect(statesOf(changeable(one, 'acknowledge', as('installer')))).toEqual(['open', 'shelved'])
  expect(statesOf(changeable(one, 'reopen', as('operator')))).toEqual(['acknowledged', 'shelved'])
  expect(statesOf(changeable(one, 'clear', as('operator')))).toEqual(['open', 'acknowledged', 'shelved'])
  expect(changeable(one, 'comment', as('installer'))).toHaveLength(4)
  expect(changeable(one, 'shelve', as('installer'))).toEqual([])
  expect(changeable(one, 'acknowledge', as('viewer'))).toEqual([])
  expect(changeable([incident('open', 2)], 'acknowledge', as('administrator'))).toEqual([])
})

it('afterwards it is said how many it was, and why some were not', () => {
  const ok = { id: 'a', ok: true }
  expect(outcomeWords('acknowledge', { done: 1, results: [ok] })).toBe('1 alert acknowledged.')
  const refused = ['incident-over', 'incident-over', 'forbidden'].map((code, index) => ({
    id: `${index}`,
    ok: false,
    code,
  }))
  expect(outcomeWords('clear', { done: 2, results: [ok, ok, ...refused] })).toBe(
    '2 alerts cleared. 3 not: over already, not yours to change.',
  )
})

it('what was changed shows at once, before the feed has told it', () => {
  const until = '2026-11-24T07:00:00.000Z'
  const shelved = afterChange(incident('open'), { action: 'shelve', until }, 'shelved', null)
  expect(shelved).toMatchObject({ state: 'shelved', shelvedUntil: until })
  expect(afterChange(shelved, { action: 'reopen' }, 'open', null)).toMatchObject({ state: 'open', shelvedUntil: null })
  const assigned = afterChange(shelved, { action: 'assign', userId: 3 }, 'shelved', { id: 3, name: 'Ines' })
  expect(assigned).toMatchObject({ state: 'shelved', shelvedUntil: until, assignee: { name: 'Ines' } })
})

it('the usual shelves end in an hour, in four, tomorrow morning, and on the next Monday morning', () => {
  const monday = new Date(2026, 10, 23, 12).getTime()
  const [hour, four, tomorrow, next] = shelves(monday).map(({ until }) => until)
  expect([hour, four]).toEqual([monday + 3_600_000, monday + 14_400_000])
  expect(tomorrow).toBe(new Date(2026, 10, 24, 7).getTime())
  expect(next).toBe(new Date(2026, 10, 30, 7).getTime())
  const sunday = new Date(2026, 10, 29, 23).getTime()
  expect(shelves(sunday).at(-1)?.until).toBe(new Date(2026, 10, 30, 7).getTime())
})
