import type { AlertMessage } from '@stellacontrol/protocol'
import { describe, expect, test } from 'vitest'
import {
  type AlertEvidence,
  type Patient,
  patientsRule,
  type RecordedDelivery,
  type RecordedIncident,
} from './alert-evidence.ts'
import { type AlertRuleOfJudge, alertRules, judgeAlerts } from './judge-alerts.ts'
import type { ReadMail } from './mailbox.ts'

/** Evidence that can be changed before it is judged. */
interface Draft extends AlertEvidence {
  patients: Patient[]
  people: Map<string, string[]>
  bus: AlertMessage[]
  incidents: RecordedIncident[]
  mails: ReadMail[]
  deliveries: RecordedDelivery[]
}

const ann = 'ann@chaos.example'

function heard(event: AlertMessage['event'], device: string, id: string, version: number): AlertMessage {
  const state = event === 'cleared' ? 'cleared' : 'open'
  const alert = { id, version, rule: patientsRule, state, isAnnounced: true } as AlertMessage['alert']
  return { event, device: { serialNumber: device }, alert }
}

/** One device is on battery, one was for a while; Ann watches over both. */
function honestEvidence(): Draft {
  return {
    patients: [
      { serial: 'ON', isOver: false, isSeen: true },
      { serial: 'OVER', isOver: true, isSeen: true },
    ],
    people: new Map([
      [ann, ['ON', 'OVER', 'FINE']],
      ['bob@chaos.example', ['ELSEWHERE']],
    ]),
    bus: [heard('raised', 'ON', 'a', 1), heard('raised', 'OVER', 'b', 1), heard('cleared', 'OVER', 'b', 2)],
    incidents: [
      { id: 'a', scope: 'ON', rule: patientsRule, state: 'open', version: 1 },
      { id: 'b', scope: 'OVER', rule: patientsRule, state: 'cleared', version: 2 },
    ],
    mails: [
      { recipient: ann, messageId: '<1.alerts@x>', on: ['a', 'b'], over: [] },
      { recipient: ann, messageId: '<2.alerts@x>', on: [], over: ['b'] },
    ],
    deliveries: ['1', '2'].map((bundleId) => ({ bundleId, recipient: ann, outcome: 'sent' })),
  }
}

function rulesOf(evidence: AlertEvidence): AlertRuleOfJudge[] {
  const found: AlertRuleOfJudge[] = []
  judgeAlerts(evidence, (rule) => found.push(rule))
  return found
}

const change = <Item>(items: Item[], index: number, changes: Partial<Item>) =>
  Object.assign(items[index] as object, changes)

const planted: [string, AlertRuleOfJudge, (evidence: Draft) => void][] = [
  [
    'a cut that nobody noticed',
    'incident-lost',
    ({ patients }) => patients.push({ serial: 'FINE', isOver: false, isSeen: true }),
  ],
  ['an incident that was heard of and is not recorded', 'incident-lost', ({ incidents }) => incidents.pop()],
  [
    'a second incident of one cut',
    'incident-twice',
    ({ incidents, bus }) => {
      incidents.push({ id: 'c', scope: 'OVER', rule: patientsRule, state: 'cleared', version: 2 })
      bus.push(heard('raised', 'OVER', 'c', 1), heard('cleared', 'OVER', 'c', 2))
    },
  ],
  [
    'two incidents of another rule that are open at once',
    'incident-twice',
    ({ incidents, bus }) => {
      for (const id of ['c', 'd']) {
        const message = heard('raised', 'FINE', id, 1)
        bus.push({ ...message, alert: { ...message.alert, rule: 'hot' } })
        incidents.push({ id, scope: 'FINE', rule: 'hot', state: 'open', version: 1 })
      }
    },
  ],
  [
    'an incident that was announced twice',
    'incident-twice',
    ({ incidents, bus }) => {
      bus.push(heard('raised', 'ON', 'a', 2))
      change(incidents, 0, { version: 2 })
    },
  ],
  [
    'an incident of a device that has its mains',
    'incident-invented',
    ({ incidents, bus }) => {
      bus.push(heard('raised', 'FINE', 'c', 1))
      incidents.push({ id: 'c', scope: 'FINE', rule: patientsRule, state: 'open', version: 1 })
    },
  ],
  ['an incident of which nobody heard', 'incident-invented', ({ bus }) => bus.shift()],
  [
    'an incident that is over too early',
    'incident-wrong',
    ({ incidents }) => change(incidents, 0, { state: 'cleared' }),
  ],
  ['an incident that does not end', 'incident-wrong', ({ patients }) => change(patients, 0, { isOver: true })],
  ['an event that was not recorded', 'incident-wrong', ({ incidents }) => change(incidents, 1, { version: 1 })],
  ['somebody who was not told', 'mail-lost', ({ mails }) => change(mails, 0, { on: ['b'] })],
  ['somebody who was not told that it is over', 'mail-lost', ({ mails }) => change(mails, 1, { over: [] })],
  [
    'a mail that went to somebody else',
    'mail-lost',
    ({ mails, deliveries }) => {
      change(mails, 0, { recipient: 'bob@chaos.example' })
      change(deliveries, 0, { recipient: 'bob@chaos.example' })
    },
  ],
  ['a second mail that tells the same', 'mail-twice', ({ mails }) => change(mails, 1, { on: ['a'] })],
  ['a second mail that it is over', 'mail-twice', ({ mails }) => change(mails, 0, { over: ['b'] })],
  [
    'a third copy of a mail',
    'mail-twice',
    ({ mails }) => mails.push(...Array.from({ length: 2 }, () => mails[0] as ReadMail)),
  ],
  ['a mail of what never was', 'mail-invented', ({ mails }) => change(mails, 1, { over: ['b', 'z'] })],
  ['a mail to a stranger', 'mail-invented', ({ mails }) => change(mails, 0, { recipient: 'eve@chaos.example' })],
  ['a mail that is not recorded', 'delivery-wrong', ({ deliveries }) => deliveries.pop()],
  [
    'a mail that is recorded and never came',
    'delivery-wrong',
    ({ mails }) => change(mails, 1, { messageId: '<9.alerts@x>' }),
  ],
  [
    'a mail that is recorded as failed',
    'delivery-wrong',
    ({ deliveries }) => change(deliveries, 0, { outcome: 'failed' }),
  ],
]

test('evidence of a platform that kept its promises has no violations', () => {
  expect(rulesOf(honestEvidence())).toEqual([])
})

describe('the judge of alerts finds', () => {
  test.each(planted)('%s', (_, rule, plant) => {
    const evidence = honestEvidence()
    plant(evidence)
    expect(rulesOf(evidence)).toContain(rule)
  })
})

test('every rule has something that breaks it', () => {
  expect(new Set(planted.map(([, rule]) => rule))).toEqual(new Set(alertRules))
})

test('a cut of which the platform learned only afterwards needs no incident', () => {
  const evidence = honestEvidence()
  evidence.patients.push({ serial: 'FINE', isOver: true, isSeen: false })
  expect(rulesOf(evidence)).toEqual([])
})

test('what is heard again, one more copy of a mail, and one mail that says only that it is over are allowed', () => {
  const evidence = honestEvidence()
  evidence.bus.push(...evidence.bus)
  evidence.mails.push(evidence.mails[0] as ReadMail)
  change(evidence.mails, 0, { on: ['a'] })
  change(evidence.mails, 2, { on: ['a'] })
  expect(rulesOf(evidence)).toEqual([])
})
