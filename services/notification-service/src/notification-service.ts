import { openDatabase } from '@stellacontrol/database'
import { MailTransport, mailServerOf } from '@stellacontrol/mail'
import { MessageType } from '@stellacontrol/protocol'
import { isRedisUnavailable, openRedis, subscribeMessage } from '@stellacontrol/redis'
import { backOffMs, describe, pause, readConfiguration, type ServiceContext } from '@stellacontrol/runtime'
import { notificationConfiguration, smsGatewayOf } from './configuration.ts'
import type { Channels } from './deliver/channels.ts'
import { type Delivering, deliverDue } from './deliver/deliver-bundles.ts'
import { DeliveryNotes } from './deliver/record-deliveries.ts'
import { KeptDirectory } from './who/keep-directory.ts'
import { tellOfEvent, tellOfTime } from './who/tell-people.ts'

const maximumConnections = 4
const lookEveryMs = 500
const looksWithinMs = 15_000
/** A mail server that lets everybody wait takes a minute and a half for a turn. */
const deliversWithinMs = 120_000

/** Opens the service: it reads what happens to incidents, collects it per person, and sends what is due. */
export async function openNotificationService(
  context: ServiceContext,
  { now = Date.now, leaseMs }: { now?: () => number; leaseMs?: number } = {},
): Promise<void> {
  const { name, environment, log, metrics, own, signal } = context
  const configuration = readConfiguration(notificationConfiguration, environment)
  const { DATABASE_URL: url, STELLA_PUBLIC_URL: publicUrl, STELLA_SMS_SEGMENTS_PER_DAY: segmentsPerDay } = configuration
  const server = mailServerOf(configuration)
  const redis = own(openRedis({ name, environment, log }))
  const onError = (error: Error) => log.warn({ error: describe(error) }, 'database.connection-lost')
  const database = own(openDatabase({ url, applicationName: name, maximumConnections, onError }))
  const directory = new KeptDirectory({ database, redis, log })
  const notes = new DeliveryNotes({ database, log })
  const channels: Channels = {
    ...{ database, redis, segmentsPerDay, gateway: smsGatewayOf(configuration) },
    transport: server && new MailTransport(server),
    publicUrl,
  }
  const outcomes = metrics.counter('stella_notifications_total', 'Attempts to hand a bundle to a channel', [
    ...(['channel', 'outcome'] as const),
  ])
  const telling = { redis, directory, log, now }
  const delivering: Delivering = {
    ...{ redis, directory, channels, notes, log, outcomes, publicUrl, now },
    ...(leaseMs === undefined ? {} : { leaseMs }),
  }
  const looks = context.readiness.addRecency('looks', looksWithinMs)
  const bundles = context.readiness.addRecency('bundles', deliversWithinMs)
  const stopped = new AbortController()
  const finished = [
    directory.run(signal),
    notes.run(stopped.signal),
    hear(context, (message) => tellOfEvent(telling, message)),
    hearChanges(context, () => directory.noteChange()),
  ]
  // Side by side: whoever is told next is not kept waiting by a mail server.
  const working = Promise.all([
    again(context, looks.succeeded, () => tellOfTime(telling)),
    again(context, bundles.succeeded, () => deliverDue(delivering)),
  ])
  own({
    [Symbol.asyncDispose]: async () => {
      await Promise.allSettled([working])
      stopped.abort()
      await Promise.allSettled(finished)
      channels.transport?.[Symbol.dispose]()
    },
  })
}

/** Reads the topic of incidents. */
function hear(
  context: ServiceContext,
  handler: (message: Parameters<typeof tellOfEvent>[1]) => Promise<void>,
): Promise<void> {
  const { name: reader, signal } = context
  return whenRedisAnswers(context, async () => {
    await subscribeMessage({ type: MessageType.Alert, reader, handler, signal })
  })
}

/** Hears of people, rights, preferences, rules and devices that changed. */
function hearChanges(context: ServiceContext, handler: () => void): Promise<void> {
  const { signal } = context
  const types = [
    MessageType.RightsChanged,
    MessageType.NotificationsChanged,
    MessageType.AlertRulesChanged,
    MessageType.DeviceActivated,
  ] as const
  return whenRedisAnswers(context, async () => {
    for (const type of types) await subscribeMessage({ type, handler, signal })
    handler()
  })
}

async function whenRedisAnswers({ log, signal }: ServiceContext, subscribe: () => Promise<void>): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      await subscribe()
      return
    } catch (error) {
      if (!isRedisUnavailable(error)) throw error
      log.warn({ failures, error: describe(error) }, 'bus.waiting')
      await pause(backOffMs(failures), signal)
    }
  }
}

/** Does what there is to do, until the signal aborts. `step` resolves to how much that was. */
async function again(
  { log, signal }: ServiceContext,
  succeeded: () => void,
  step: () => Promise<number>,
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      const done = await step()
      succeeded()
      failures = 0
      if (done === 0) await pause(lookEveryMs, signal)
    } catch (error) {
      if (signal.aborted) return
      log.warn({ failures, error: describe(error) }, 'notification.waiting')
      await pause(backOffMs(failures++, 5_000), signal)
    }
  }
}
