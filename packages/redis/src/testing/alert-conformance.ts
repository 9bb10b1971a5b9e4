import { randomUUID } from 'node:crypto'
import { MessageType } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { expect, test } from 'vitest'
import {
  type AlertChangeOf,
  changeSharedIncident,
  commitAlerts,
  commitStates,
  type FoundAlert,
  readAlertStates,
  readAlertWatch,
  readDueDevices,
  readIncident,
  writeAlertWatch,
} from '../alerts/alert-store.ts'
import { changeIncident } from '../alerts/change-incident.ts'
import { subscribeMessage } from '../bus/subscribe-message.ts'
import { statusLog } from '../log/catalogue.ts'
import * as notifications from '../notifications.ts'
import type { Redis } from '../redis.ts'

const reader = 'alert-conformance'
const held = (partition: number) => ({ partition, epoch: 7 })

function change(what: 'raise' | 'clear', mayAnnounce = true): AlertChangeOf {
  const at = new Date().toISOString()
  const alert: FoundAlert = {
    ...{ id: randomUUID(), version: 0, rule: 'hot', ruleName: 'Hot', at, since: at, raisedAt: at, text: 'Hot' },
    ...{ class: 'environment', severity: 'major', state: 'open', repeats: 0, isAnnounced: false },
  }
  return { do: what, rule: 'hot', subject: 'fan-1', alert, mayAnnounce, throttleMs: 60_000 }
}

/** Incidents and notifications on every kind of installation: on a Cluster the keys of one call must lie on one node. */
export function alertConformanceTests(redisOf: () => Redis): void {
  test('conformance: incidents of every partition are raised once, changed by people, cleared, and heard of', async () => {
    const redis = redisOf()
    const { state, keys } = redis
    const heard: string[] = []
    const subscription = await subscribeMessage({
      type: MessageType.Alert,
      reader,
      handler: ({ event, device }) => void heard.push(`${device.serialNumber} ${event}`),
    })
    const serials = Array.from({ length: 40 }, (_, index) => `ALERT${index}`)
    for (let partition = 0; partition < keys.partitions; partition++) {
      const own = serials.filter((serial) => keys.partitionOf(serial) === partition)
      expect(own.length).toBeGreaterThan(1)
      const readers = keys.readers(statusLog.name, partition)
      await state.command(readers, ['HSET', readers, `epoch:${reader}`, '7'])
      const updates = (what: 'raise' | 'clear') =>
        own.map((serial) => ({ serial, state: `{"of":"${serial}"}`, deadlineAt: 1_000, changes: [change(what)] }))
      expect(await commitAlerts(state, keys, { partition, epoch: 6 }, reader, updates('raise'))).toBe(false)
      for (let time = 0; time < 2; time++)
        expect(await commitAlerts(state, keys, held(partition), reader, updates('raise'))).toBe(true)
      expect(await readAlertStates(state, keys, own)).toEqual(own.map((serial) => `{"of":"${serial}"}`))
      expect((await readDueDevices(state, keys, { partition, now: 1_000, limit: 99 })).sort()).toEqual(own.sort())
      const [first = ''] = own
      const incident = await readIncident(redis, first, 'hot', 'fan-1')
      const key = { id: incident?.id ?? '', scope: first, rule: 'hot', subject: 'fan-1' }
      const shelf = {
        do: 'shelve',
        by: 'me',
        at: new Date().toISOString(),
        shelvedUntil: new Date().toISOString(),
      } as const
      expect(await changeIncident(redis, key, shelf)).toMatchObject({ state: 'shelved', version: 3 })
      expect(await commitAlerts(state, keys, held(partition), reader, updates('clear'))).toBe(true)
      expect(await commitStates(state, keys, held(partition), reader, [{ serial: first, state: '{}' }])).toBe(true)
      await writeAlertWatch(state, keys, partition, { heardUntil: partition, outages: [] })
      expect((await readAlertWatch(state, keys, partition))?.heardUntil).toBe(partition)
      const events = (serial: string) => heard.filter((text) => text.startsWith(`${serial} `))
      await waitFor(() => own.every((serial) => events(serial).at(-1) === `${serial} cleared`), { what: 'the end' })
      expect(events(first).map((text) => text.split(' ')[1])).toEqual(['raised', 'repeated', 'shelved', 'cleared'])
    }
    const shared = Array.from({ length: 12 }, (_, index) => `site:${index}`)
    for (const scope of shared) {
      const raised = await changeSharedIncident(redis, scope, change('raise'))
      expect(await changeSharedIncident(redis, scope, change('raise'))).toEqual(raised)
      expect((await changeSharedIncident(redis, scope, change('clear')))?.state).toBe('cleared')
    }
    await waitFor(() => heard.filter((text) => text.startsWith('site:')).length >= 24, { what: 'what is shared' })
    await subscription[Symbol.asyncDispose]()
  })

  test('conformance: what people are to be told is collected, lent to one sender, and goes when it was sent', async () => {
    const redis = redisOf()
    const now = Date.now()
    const people = Array.from({ length: 12 }, (_, index) => index + 1)
    const tellings = people.map((userId) => ({
      ...({ do: 'add', userId, lane: userId % 2 ? 'now' : 'later', item: '{"rule":"hot"}' } as const),
      ...{ kind: 'raised', group: 'hot', dueAt: now - 1 },
    }))
    const incidentId = randomUUID()
    const applied = { incidentId, before: undefined, after: 'told', lifeMs: 60_000, lookAt: now - 1, now, tellings }
    expect(await notifications.applyIncident(redis, applied)).toBe(true)
    expect(await notifications.applyIncident(redis, applied)).toBe(false)
    expect(await notifications.readTold(redis, incidentId)).toBe('told')
    expect(await notifications.dueLooks(redis, now, 9)).toEqual([incidentId])
    await notifications.forgetLook(redis, incidentId)
    await notifications.addNotice(redis, { userId: 1, name: 'test', item: '{}', dueAt: now - 1, now })
    const due = await notifications.dueBundles(redis, now, 99)
    expect(due).toHaveLength(people.length)
    const [late = ''] = due
    await notifications.postponeBundle(redis, late, now + 60_000, String(now - 1))
    expect(await notifications.dueBundles(redis, now, 99)).toHaveLength(people.length - 1)
    for (const name of due) {
      expect((await notifications.readBundle(redis, name)).isSending).toBe(false)
      const lent = await Promise.all([notifications.takeBundle(redis, name), notifications.takeBundle(redis, name)])
      const [bundle] = lent.filter((fields) => fields !== undefined)
      expect(lent.filter((fields) => fields !== undefined)).toHaveLength(1)
      const id = bundle?.get('id') ?? ''
      const handed = { what: 'handed', channel: 'email', day: 'today:email', amount: 1, record: '{}' } as const
      for (const settlement of [{ what: 'renew', leaseMs: 9_000 }, { what: 'retry', at: now }, handed] as const)
        expect(await notifications.settleBundle(redis, name, id, settlement)).toBe(true)
      expect(await notifications.settleBundle(redis, name, id, { what: 'done' })).toBe(true)
      expect((await notifications.readSent(redis, notifications.bundleOwnerOf(name).userId)).get('today:email')).toBe(
        '1',
      )
    }
    expect(await notifications.dueBundles(redis, now + 120_000, 99)).toEqual([])
    const spend = () => notifications.spend(redis, 'sms', { day: 'today', amount: 2, limit: 3 })
    expect([await spend(), await spend()]).toEqual([true, false])
    await notifications.keepDirectory(redis, '{"people":[]}')
    expect(await notifications.recallDirectory(redis)).toBe('{"people":[]}')
  })
}
