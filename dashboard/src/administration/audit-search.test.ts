import { expect, it } from 'vitest'
import { parseAuditSearch, toAuditQuery } from './audit-search.ts'

it('an address with nonsense in it shows the audit log without that filter', () => {
  expect(
    parseAuditSearch({
      organisation: '-1',
      action: 'device.claimed',
      from: 'yesterday',
      to: '2026-13-45',
      objectId: '',
    }),
  ).toEqual({ action: 'device.claimed' })
})

it('both days of a range are included', () => {
  const query = new URLSearchParams(toAuditQuery({ from: '2026-11-20', to: '2026-11-20' }))
  const [from, to] = [query.get('from'), query.get('to')].map((moment) => Date.parse(moment ?? ''))
  expect((to ?? 0) - (from ?? 0)).toBe(86_399_999)
})
