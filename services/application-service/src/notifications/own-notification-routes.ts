import {
  type DeliveryRow,
  findPreferences,
  listDeliveries,
  putPreferences,
  recordAudit,
  suppressionOf,
  wantsMonthlyReport,
  withScope,
} from '@stellacontrol/database'
import {
  defaultNotificationPreferences,
  deliveryListSchema,
  type NotificationDelivery,
  notificationPreferencesSchema,
  type OwnNotifications,
  ownNotificationsSchema,
} from '@stellacontrol/protocol'
import { addNotice, rateLimit } from '@stellacontrol/redis'
import { z } from 'zod'
import { ownEvent } from '../account/account-routes.ts'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, type Caller, callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { announceNotifications } from './announce-notifications.ts'

const tags = ['account']
const listedDeliveries = 100
const testsPerHour = 10
const reading = ['not-signed-in', 'database-unavailable'] as const
const changing = ['request-invalid', 'origin-refused', ...reading] as const

/** `/v1/me/notifications`: what one is told of, and how. */
export function addOwnNotificationRoutes(server: ApiServer, application: Application): void {
  const { database, redis } = application

  server.get(
    '/me/notifications',
    {
      schema: {
        ...{ tags, summary: 'What one is told of, and how' },
        response: { 200: ownNotificationsSchema, ...problems(...reading) },
      },
    },
    (request) => ownNotifications(application, callerOf(request)),
  )

  server.put(
    '/me/notifications',
    {
      schema: {
        ...{ tags, summary: 'Choose what one is told of, and how', body: notificationPreferencesSchema },
        description: 'Holds at once, for what happens from then on.',
        response: { 200: ownNotificationsSchema, ...problems(...changing) },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { scope, user } = caller.access
      await withScope(database, scope, async (queries) => {
        const before = await findPreferences(queries, user.id)
        await putPreferences(queries, user.id, request.body)
        const change = { action: 'notifications.changed', before, after: request.body }
        await recordAudit(queries, actorOf(request), [{ ...ownEvent(caller), ...change }])
      })
      await announceNotifications(application, user.id)
      return ownNotifications(application, caller)
    },
  )

  server.post(
    '/me/notifications/test',
    {
      schema: {
        ...{ tags, summary: 'Send oneself a test by every channel that one chose' },
        description:
          'It comes from the notification service as alerts do; an address that was refused before is tried again.',
        response: {
          202: z.null().describe('It is on its way; its delivery says what became of it'),
          ...problems('too-many-attempts', 'live-state-unavailable', 'origin-refused', 'not-signed-in'),
        },
      },
    },
    async (request, reply) => {
      const { id: userId } = callerOf(request).access.user
      const verdict = await rateLimit({ key: redis.keys.alertTests(userId), limit: testsPerHour })
      const headers = { 'retry-after': String(Math.ceil(verdict.retryAfterMs / 1000)) }
      if (!verdict.allowed) throw new ApiProblem('too-many-attempts', undefined, { headers })
      const now = Date.now()
      await addNotice(redis, { userId, name: 'test', item: JSON.stringify({ kind: 'test' }), dueAt: now, now })
      return reply.code(202).send(null)
    },
  )

  server.get(
    '/me/notifications/deliveries',
    {
      schema: {
        ...{ tags, summary: 'The newest messages to oneself, and what became of them' },
        response: { 200: deliveryListSchema, ...problems(...reading) },
      },
    },
    async (request) => {
      const { scope, user } = callerOf(request).access
      const rows = await withScope(database, scope, (queries) => listDeliveries(queries, user.id, listedDeliveries))
      return { items: rows.map(viewOf) }
    },
  )
}

async function ownNotifications({ database }: Application, { access }: Caller): Promise<OwnNotifications> {
  const { scope, user } = access
  return withScope(database, scope, async (queries) => {
    const chosen = await findPreferences(queries, user.id)
    return {
      preferences: {
        ...defaultNotificationPreferences,
        monthlyReport: await wantsMonthlyReport(queries, user.id),
        ...chosen,
      },
      isDefault: chosen === undefined,
      email: user.email,
      emailProblem: (await suppressionOf(queries, user.email)) ?? null,
    }
  })
}

function viewOf({ id, at, channel, recipient, subject, alerts, outcome, failure }: DeliveryRow): NotificationDelivery {
  return { id, at: new Date(at).toISOString(), channel, recipient, subject, alerts, outcome, failure }
}
