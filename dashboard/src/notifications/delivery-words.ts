import type { NotificationDelivery } from '@stellacontrol/protocol'

/** What became of a message, and whether somebody should look at it. Pure. */
export function outcomeWords({ outcome, failure }: Pick<NotificationDelivery, 'outcome' | 'failure'>): {
  words: string
  isBad: boolean
} {
  if (outcome === 'failed') return { words: `Not sent: ${failure ?? 'nobody said why'}`, isBad: true }
  if (outcome === 'outbox') return { words: 'Kept in the outbox: there is no server that would send it', isBad: false }
  return { words: outcome === 'delivered' ? 'Arrived' : 'Sent', isBad: false }
}

export const channelWords: Record<NotificationDelivery['channel'], string> = { email: 'E-mail', sms: 'Text message' }
