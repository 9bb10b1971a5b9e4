import type { NotificationChannel } from '@stellacontrol/protocol'
import { alertsIn, type Bundle } from '../bundle/bundle.ts'
import { groupBundle } from '../bundle/group-bundle.ts'
import { type Letter, writeLetter } from '../bundle/mail-text.ts'
import { smsText } from '../sms/sms-text.ts'
import type { DirectoryIndex, Person } from '../who/directory-index.ts'
import { isAtLeast } from '../who/recipients.ts'

export interface Message {
  channel: NotificationChannel
  recipient: string
  letter: Letter
}

/** What is still to be handed over of a bundle, by the channels that the person chose. Pure. */
export function messagesOf(
  bundle: Bundle,
  facts: { person: Person; index: DirectoryIndex; publicUrl: string | undefined; notices: readonly string[] },
): Message[] {
  const { person, index, publicUrl } = facts
  const { email, sms, phone, smsFrom, timeZone } = person.preferences
  const messages: Message[] = []
  if (alertsIn(bundle) + bundle.notices.length === 0 && !bundle.isTest) return messages
  // Whoever asks for a test wants to know, and a notice has no other way.
  if ((email || (bundle.items.length === 0 && !sms)) && !bundle.handed.has('email')) {
    const notices = [...bundle.notices, ...facts.notices]
    const letter = writeLetter({
      ...{ grouped: groupBundle(bundle, index), notices, isTest: bundle.isTest, timeZone, publicUrl },
    })
    messages.push({ channel: 'email', recipient: person.email, letter })
  }
  if (sms && phone !== null && !bundle.handed.has('sms')) {
    const items = bundle.items.filter(({ alert }) => isAtLeast(alert.severity, smsFrom))
    const text = smsText(groupBundle({ ...bundle, items, counted: [] }, index), { isTest: bundle.isTest })
    if (text !== '') messages.push({ channel: 'sms', recipient: phone, letter: { subject: '', text, html: '' } })
  }
  return messages
}
