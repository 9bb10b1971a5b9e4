import type { NewDelivery } from '@stellacontrol/database'
import { alertsIn, type Bundle } from '../bundle/bundle.ts'
import type { Person } from '../who/directory-index.ts'
import type { ChannelOutcome } from './channels.ts'
import type { Message } from './messages-of-bundle.ts'

/** What is recorded of handing a bundle to a channel. Pure. */
export function deliveryOf(
  bundle: Bundle,
  { id: userId }: Person,
  { channel, recipient, letter }: Message,
  outcome: ChannelOutcome,
  at: number,
): NewDelivery {
  const isDone = outcome.kind === 'sent' || outcome.kind === 'outbox'
  return {
    ...{ bundleId: bundle.id, userId, at, channel, recipient, alerts: alertsIn(bundle) },
    subject: channel === 'sms' ? letter.text : letter.subject,
    outcome: isDone ? outcome.kind : ('failed' as const),
    failure: 'failure' in outcome ? outcome.failure : null,
  }
}
