import type { NotificationChannel } from '@stellacontrol/protocol'
import { alertsIn, type Bundle } from '../bundle/bundle.ts'
import { groupBundle } from '../bundle/group-bundle.ts'
import { type Letter, writeLetter } from '../bundle/letter.ts'
import { smsText } from '../sms/sms-text.ts'
import type { DirectoryIndex, Person } from '../who/directory-index.ts'
import { isAtLeast } from '../who/recipients.ts'
import type { CapNotice } from './daily-cap.ts'

export interface Message {
  channel: NotificationChannel
  recipient: string
  letter: Letter
}

/** What is still to be handed over of a bundle, by the channels that the person chose. Pure. */
export function messagesOf(
  bundle: Bundle,
  facts: {
    person: Person
    index: DirectoryIndex
    publicUrl: string | undefined
    notices: readonly CapNotice[]
    now: number
  },
): Message[] {
  const { person, index, publicUrl, now } = facts
  const { email, sms, phone, smsFrom, timeZone } = person.preferences
  const messages: Message[] = []
  if (alertsIn(bundle) + bundle.notices.length === 0 && !bundle.isTest) return messages
  // Whoever asks for a test wants to know, and a notice has no other way.
  const isMail = email || bundle.notices.length > 0 || (bundle.isTest && !sms)
  if (isMail && !bundle.handed.has('email')) {
    const notices = [...bundle.notices, ...facts.notices.map(({ text }) => text)]
    const letter = writeLetter({
      ...{ grouped: groupBundle(bundle, index), notices, isTest: bundle.isTest, timeZone, publicUrl, now },
    })
    messages.push({ channel: 'email', recipient: person.email, letter })
  }
  if (sms && phone !== null && !bundle.handed.has('sms')) {
    const items = bundle.items.filter(({ alert }) => isAtLeast(alert.severity, smsFrom))
    const counted = bundle.counted.filter(({ severity }) => isAtLeast(severity, smsFrom))
    const notices = facts.notices.map(({ brief }) => brief)
    const grouped = groupBundle({ ...bundle, items, counted }, index)
    const text = smsText(grouped, { isTest: bundle.isTest, notices, timeZone, publicUrl, now })
    if (text !== '') messages.push({ channel: 'sms', recipient: phone, letter: { subject: '', text, html: '' } })
  }
  return messages
}
