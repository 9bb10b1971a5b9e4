import { X509Certificate } from 'node:crypto'
import { readRevocationLists } from '@stellacontrol/runtime'
import { expect, test } from 'vitest'
import { createAuthority, issueCertificate } from './certificates.ts'
import { createRevocationList } from './revocation-list.ts'

test('a list says whom it revokes and when it ends, keeps who stood in the one before, and a file may hold several', async () => {
  const authority = await createAuthority({ commonName: 'Test authority', days: 2 })
  const wish = { commonName: 'HA-0001', use: 'device', days: 1 } as const
  const [one, two] = [await issueCertificate(authority, wish), await issueCertificate(authority, wish)]
  const serialOf = ({ certificate }: { certificate: string }) => new X509Certificate(certificate).serialNumber
  const first = await createRevocationList(authority, { certificates: [one.certificate], days: 7 })
  const next = { certificates: [two.certificate, one.certificate], previous: first, days: 9 }
  const second = await createRevocationList(authority, next)
  const empty = await createRevocationList(authority, { certificates: [], days: -1 })
  const lists = readRevocationLists(`A comment\n${first}${second}\n${empty}`)
  expect(lists.map(({ serialNumbers }) => serialNumbers)).toEqual([[serialOf(one)], [serialOf(one), serialOf(two)], []])
  const days = lists.map(({ endsAt }) => Math.round(((endsAt ?? 0) - Date.now()) / 86_400_000))
  expect(days).toEqual([7, 9, -1])
})

test('a file without a list, and one that was cut short, are refused', async () => {
  const authority = await createAuthority({ commonName: 'Test authority', days: 2 })
  const list = await createRevocationList(authority, { certificates: [], days: 1 })
  const [head = '', body = '', ...rest] = list.split('\n')
  for (const text of ['', authority.certificate, [head, body.slice(0, 40), ...rest.slice(-2)].join('\n')]) {
    expect(() => readRevocationLists(text)).toThrow(expect.objectContaining({ code: 'certificate-invalid' }))
  }
})
