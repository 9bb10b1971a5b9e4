import type { NotificationDelivery, NotificationPreferences, OwnNotifications, RuleList } from '@stellacontrol/protocol'
import { queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

/** What the reader is told of, and how. */
export const ownNotificationsQuery = queryOptions({
  queryKey: ['own-notifications'],
  queryFn: ({ signal }) => request<OwnNotifications>('/v1/me/notifications', { signal }),
  staleTime: 10_000,
})

/** The newest messages to the reader. */
export const deliveriesQuery = queryOptions({
  queryKey: ['own-deliveries'],
  queryFn: async ({ signal }) =>
    (await request<{ items: NotificationDelivery[] }>('/v1/me/notifications/deliveries', { signal })).items,
  staleTime: 5_000,
})

export const savePreferences = (preferences: NotificationPreferences) =>
  request<OwnNotifications>('/v1/me/notifications', { method: 'PUT', body: preferences })

export const sendTest = () => request<null>('/v1/me/notifications/test', { method: 'POST' })

/** Every rule that the reader may see, by name. */
export const ruleNamesQuery = queryOptions({
  queryKey: ['alert-rules', 'names'],
  queryFn: async ({ signal }) => {
    const { items } = await request<RuleList>('/v1/alert-rules', { signal })
    return items
      .map(({ rule: { id, name, class: ofClass } }) => ({ id, name, class: ofClass }))
      .sort((left, right) => left.name.localeCompare(right.name))
  },
  staleTime: 60_000,
})
