import { MessageType } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { expect, test } from 'vitest'
import { createMessage, publishMessage } from '../bus/messages.ts'
import { acceptStatuses, readStatuses } from '../bus/statuses.ts'
import { subscribeMessage } from '../bus/subscribe-message.ts'
import { useCache } from '../cache.ts'
import { ConnectionRegistry, readConnection } from '../connections.ts'
import { statusLog, topicLogs } from '../log/catalogue.ts'
import { expireLog } from '../log/janitor.ts'
import { appendMessages, rawMessageOf } from '../log/message-queue.ts'
import { checkInstallation, type Redis } from '../redis.ts'
import { rateLimit, throttle } from '../throttles.ts'
import { alertConformanceTests } from './alert-conformance.ts'
import { inspectQueue, startTestReader, sumOf, testMessages } from './test-reader.ts'

/** What every kind of installation must do; call it at the top of a test file. */
export function conformanceTests(redisOf: () => Redis): void {
  test('conformance: two readers see every message once, in order per device, and the queue is empty behind them', async () => {
    const redis = redisOf()
    const sent = testMessages(1_000, 'CONF')
    const seen = { live: new Map<string, number[]>(), history: new Map<string, number[]>() }
    const readers = (['live', 'history'] as const).map((reader) =>
      startTestReader(redis, {
        reader,
        instance: 'a',
        onEntry: (entry) => {
          const { serial, receivedAt } = rawMessageOf(entry)
          seen[reader].set(serial, [...(seen[reader].get(serial) ?? []), receivedAt])
        },
      }),
    )
    for (let index = 0; index < sent.length; index += 100) {
      await appendMessages(redis.queue, redis.keys, sent.slice(index, index + 100))
    }
    const isEmpty = async () => {
      const states = await inspectQueue(redis, 'history')
      return sumOf(states, 'appended') === 1_000 && sumOf(states, 'length') === 0
    }
    await waitFor(isEmpty, { what: 'an empty queue', deadlineMs: 20_000 })
    for (const bySerial of [seen.live, seen.history]) {
      for (const [serial, moments] of bySerial) {
        expect(moments).toEqual(sent.filter((message) => message.serial === serial).map((m) => m.receivedAt))
      }
      expect(bySerial.size).toBe(20)
    }
    await Promise.all(readers.map((reader) => reader.stop()))
  })

  test('conformance: statuses only ever get newer, and are announced live and durably', async () => {
    const { state, keys } = redisOf()
    const serials = Array.from({ length: 12 }, (_, index) => `STATUS${index}`)
    const durable: string[] = []
    const live: string[] = []
    const note = (list: string[]) => (status: { serial: string; sequence: number }) =>
      void list.push(`${status.serial}:${status.sequence}`)
    const type = MessageType.DeviceStatus
    const subscriptions = [
      await subscribeMessage({ type, reader: 'conformance', handler: note(durable) }),
      await subscribeMessage({ type, handler: note(live) }),
    ]
    for (const serial of serials) {
      const updates = [1, 3, 2, 4].map((sequence) => ({
        serial,
        bootId: 1,
        sequence,
        json: `{"bootId":1,"sequence":${sequence},"serial":"${serial}"}`,
      }))
      const verdicts = await acceptStatuses(state, keys, keys.partitionOf(serial), updates)
      expect(verdicts).toEqual([true, true, false, true])
    }
    const expected = serials.flatMap((serial) => [1, 3, 4].map((sequence) => `${serial}:${sequence}`)).sort()
    await waitFor(() => durable.length >= 36 && live.length >= 36, { what: 'all announcements' })
    expect([...durable].sort()).toEqual(expected)
    expect([...live].sort()).toEqual(expected)
    const statuses = await readStatuses(state, keys, [...serials, 'NONE'])
    expect(statuses.map((json) => json && JSON.parse(json).sequence)).toEqual([...serials.map(() => 4), undefined])
    expect(await useCache((cache) => cache.get('sc:status:STATUS3'))).toBe(statuses[3])
    for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]()
  })

  test('conformance: messages, connections, throttles, quotas and the janitor work', async () => {
    const redis = redisOf()
    const { state, keys } = redis
    expect((await checkInstallation(redis)).partitions).toBe(keys.partitions)
    const seen: string[] = []
    const subscription = await subscribeMessage({
      type: MessageType.DeviceActivated,
      reader: 'conformance',
      handler: ({ serialNumber }) => void seen.push(serialNumber),
    })
    const serials = Array.from({ length: 30 }, (_, index) => `DEVICE${index}`)
    for (const serialNumber of serials) {
      await publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber }) })
    }
    await waitFor(() => seen.length >= 30)
    expect([...seen].sort()).toEqual([...serials].sort())
    await subscription[Symbol.asyncDispose]()

    const registry = new ConnectionRegistry({ state, keys, receiver: 'r1' })
    const connections = await Promise.all(
      serials.map(async (serial) => ({ serial, epoch: await registry.connected(serial) })),
    )
    await registry.disconnected('DEVICE4', connections[4]?.epoch ?? 0, 'closed')
    expect(await registry.prolong(connections)).toEqual(['DEVICE4'])
    expect((await readConnection(state, keys, 'DEVICE5'))?.receiver).toBe('r1')

    const verdicts = await Promise.all(Array.from({ length: 10 }, () => throttle('sc:alert:DEVICE1:hot', 60_000)))
    expect(verdicts.filter(Boolean)).toHaveLength(1)
    const calls = await Promise.all(
      Array.from({ length: 12 }, () => rateLimit({ key: keys.apiCalls('customer'), limit: 10 })),
    )
    expect(calls.filter(({ allowed }) => allowed)).toHaveLength(10)
    for (const log of [...topicLogs, statusLog]) expect(await expireLog(state, keys, log)).toBe(0)
  })

  alertConformanceTests(redisOf)
}
