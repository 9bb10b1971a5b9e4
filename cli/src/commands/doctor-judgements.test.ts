import { expect, test } from 'vitest'
import {
  judgeAllowance,
  judgeDatabase,
  judgeNode,
  judgeRedis,
  judgeRevocationLists,
  parseInformation,
} from './doctor-judgements.ts'

const redis = {
  version: '7.0.15',
  usedBytes: 1_000_000,
  maximumBytes: 1_000_000_000,
  policy: 'noeviction',
  appendOnly: true,
  fsync: 'always',
  lastWriteFailed: false,
}

test('a Redis that keeps what it confirmed is fine', () => {
  expect(judgeRedis('queue', redis).verdict).toBe('ok')
})

test.each([
  ['an old version', { version: '6.2.0' }],
  ['eviction', { policy: 'allkeys-lru' }],
  ['no append-only file', { appendOnly: false }],
  ['an fsync once a second', { fsync: 'everysec' }],
  ['a failed write', { lastWriteFailed: true }],
])('%s is a problem', (_, fault) => {
  const finding = judgeRedis('queue', { ...redis, ...fault })
  expect(finding.verdict).toBe('problem')
  expect(finding.remedy).toBeTruthy()
})

test('a Redis that is filling up is a warning', () => {
  expect(judgeRedis('queue', { ...redis, usedBytes: 900_000_000 }).verdict).toBe('warning')
})

test('the outage allowance is free memory divided by what comes in', () => {
  const finding = judgeAllowance({ freeBytes: 3_600_000, entriesPerSecond: 1, bytesPerEntry: 500 })
  expect(finding).toMatchObject({ verdict: 'ok', detail: 'PostgreSQL may be away for 2.0 h at 1.0 reports/s' })
  expect(judgeAllowance({ freeBytes: 3_600, entriesPerSecond: 1, bytesPerEntry: 500 }).verdict).toBe('warning')
})

test('PostgreSQL must be 15 or newer, write to disk before it confirms, and not be used as superuser', () => {
  const fine = { version: '15.4', fsync: 'on', commit: 'on', bytes: 1, superuser: false }
  expect(judgeDatabase(fine).verdict).toBe('ok')
  expect(judgeDatabase({ ...fine, version: '14.9' }).verdict).toBe('problem')
  expect(judgeDatabase({ ...fine, fsync: 'off' }).verdict).toBe('problem')
  expect(judgeDatabase({ ...fine, superuser: true }).verdict).toBe('warning')
})

test('Node before 20.19 is a problem', () => {
  expect(judgeNode('20.18.3').verdict).toBe('problem')
  expect(judgeNode('22.0.0').verdict).toBe('ok')
})

test('INFO is read by name, colons in values included', () => {
  expect(parseInformation('# Server\r\nredis_version:7.0.15\r\nos:a:b\r\n').get('os')).toBe('a:b')
})

test('a revocation list that has ended is a problem, whatever the others in its file are', () => {
  const [now, day] = [Date.parse('2026-11-25'), 86_400_000]
  const verdict = (...ends: (number | undefined)[]) => judgeRevocationLists('revoked.crl', ends, now).verdict
  expect(verdict(now + 2 * day, undefined)).toBe('ok')
  expect(verdict(undefined)).toBe('ok')
  expect(verdict(now + 2 * day, now + day / 2)).toBe('warning')
  expect(verdict(now + 2 * day, now - 1)).toBe('problem')
  expect(judgeRevocationLists('revoked.crl', [now - 1], now).detail).toMatch(
    /every device with a certificate is refused/,
  )
})
