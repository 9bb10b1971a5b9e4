import { describe, expect, test } from 'vitest'
import type { Evidence, WitnessedReport } from './evidence.ts'
import { identityKey } from './identity-key.ts'
import { judge, type Rule } from './judge.ts'

/** Evidence that can be changed before it is judged. */
interface Draft extends Evidence {
  reports: Map<string, Map<number, WitnessedReport>>
  stored: { serial: string; key: number; rows: number }[]
  setAside: Map<string, number>
  statuses: Map<string, { key: number; at: number }>
  announced: Map<string, number[]>
  ledger: Evidence['ledger']
  mayRepeatAnnouncements: boolean
}

const key = (sequence: number) => identityKey(3, sequence)
const serial = 'GOOD-0001'

/** One device whose five reports all arrived, and one damaged message. */
function honestEvidence(): Draft {
  const sequences = [1, 2, 3, 4, 5]
  const fate = (at: number, isDamaged = false) => ({ sent: 1, isAcknowledged: true, isBackfill: false, isDamaged, at })
  const own = new Map(sequences.map((sequence) => [key(sequence), fate(sequence)]))
  own.set(key(6), fate(6, true))
  return {
    reports: new Map([[serial, own]]),
    stored: sequences.map((sequence) => ({ serial, key: key(sequence), rows: 1 })),
    setAside: new Map([[serial, 1]]),
    statuses: new Map([[serial, { key: key(5), at: 5 }]]),
    announced: new Map([[serial, sequences.map(key)]]),
    ledger: { appended: 7, stored: 5, duplicates: 1, setAside: 1, expired: 0, queued: 0 },
    unordered: new Set(),
    mayRepeatAnnouncements: false,
    announcedBefore: new Map(),
  }
}

const rulesOf = (evidence: Evidence) => judge(evidence).map(({ rule }) => rule)
const reportsOf = ({ reports }: Draft) => reports.get(serial) as Map<number, WitnessedReport>
const announcedOf = ({ announced }: Draft) => announced.get(serial) as number[]

test('evidence of a platform that kept its promises has no violations', () => {
  expect(judge(honestEvidence())).toEqual([])
})

describe('the judge finds', () => {
  const planted: [string, Rule, (evidence: Draft) => void][] = [
    [
      'an acknowledgement that the platform never heard of',
      'lost',
      (evidence) =>
        reportsOf(evidence).set(key(7), {
          ...{ sent: 1, isAcknowledged: true, isBackfill: true, isDamaged: false, at: 7 },
        }),
    ],
    [
      'an acknowledged report without a row',
      'lost',
      (evidence) => {
        evidence.stored.pop()
        evidence.ledger.stored--
        evidence.ledger.appended--
      },
    ],
    ['an acknowledged damaged message that is nowhere', 'lost', ({ setAside }) => setAside.delete(serial)],
    [
      'a message that expired unread',
      'lost',
      ({ ledger }) => {
        ledger.expired++
        ledger.appended++
      },
    ],
    [
      'a report with two rows',
      'stored-twice',
      ({ stored }) => {
        const [first] = stored
        if (first) first.rows = 2
      },
    ],
    [
      'a row that nobody sent',
      'stored-never-sent',
      ({ stored }) => void stored.push({ serial: 'GHOST-001', key: key(1), rows: 1 }),
    ],
    ['a message set aside that was not damaged', 'set-aside-wrong', ({ setAside }) => setAside.set(serial, 2)],
    ['an entry that no counter counts', 'ledger-unbalanced', ({ ledger }) => ledger.appended++],
    ['counters that disagree with the tables', 'ledger-unbalanced', ({ stored }) => stored.pop()],
    ['a queue that is not empty', 'not-finished', ({ ledger }) => ledger.queued++],
    ['a status that stayed behind', 'status-outdated', ({ statuses }) => statuses.set(serial, { key: key(4), at: 4 })],
    ['a device without a status', 'status-outdated', ({ statuses }) => statuses.delete(serial)],
    [
      'a status from a message that is not for it',
      'status-wrong',
      ({ statuses }) => statuses.set(serial, { key: key(6), at: 6 }),
    ],
    [
      'a status with the time of another',
      'status-wrong',
      ({ statuses }) => statuses.set(serial, { key: key(5), at: 4 }),
    ],
    ['a report that the subscriber missed', 'not-announced', (evidence) => announcedOf(evidence).splice(2, 1)],
    ['reports announced in the wrong order', 'announced-out-of-order', (evidence) => announcedOf(evidence).reverse()],
    ['a report announced twice', 'announced-twice', (evidence) => announcedOf(evidence).push(key(5))],
    [
      'an announcement of a report that nobody sent',
      'announced-never-sent',
      (evidence) => announcedOf(evidence).push(key(9)),
    ],
  ]
  test.each(planted)('%s', (_, rule, plant) => {
    const evidence = honestEvidence()
    plant(evidence)
    expect(rulesOf(evidence)).toContain(rule)
  })
})

test('repeated announcements are allowed to a subscriber that was hit, and before the fault', () => {
  const evidence = honestEvidence()
  announcedOf(evidence).push(key(4), key(5))
  expect(rulesOf(evidence)).toEqual(['announced-twice'])
  expect(rulesOf({ ...evidence, mayRepeatAnnouncements: true })).toEqual([])
  expect(rulesOf({ ...evidence, announcedBefore: new Map([[serial, 7]]) })).toEqual([])
})

test('what was never acknowledged may be missing or there, and may be the status', () => {
  const evidence = honestEvidence()
  const fate = { sent: 2, isAcknowledged: false, isBackfill: false, isDamaged: false, at: 8 }
  reportsOf(evidence).set(key(7), fate).set(key(8), fate)
  evidence.stored.push({ serial, key: key(8), rows: 1 })
  evidence.statuses.set(serial, { key: key(8), at: 8 })
  Object.assign(evidence.ledger, { appended: 8, stored: 6 })
  expect(judge(evidence)).toEqual([])
})
