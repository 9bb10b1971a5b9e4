import { suppressAddress } from '@stellacontrol/database'
import { addNotice, type Redis } from '@stellacontrol/redis'
import { describe, type Log } from '@stellacontrol/runtime'
import type { NoticeItem } from '../bundle/bundle.ts'
import type { Person } from '../who/directory-index.ts'
import type { KeptDirectory } from '../who/keep-directory.ts'
import { administratorsFor } from '../who/recipients.ts'
import type { DeliveryNotes } from './record-deliveries.ts'

interface GivingUp {
  redis: Redis
  directory: KeptDirectory
  notes: DeliveryNotes
  log: Log
  now: () => number
}

/** Tells an administrator of a mail that will never arrive. To an address that is refused for good nothing more is sent. */
export async function giveUpMail(
  { redis, directory, notes, log, now }: GivingUp,
  person: Person,
  { kind, failure }: { kind: 'refused' | 'rejected'; failure: string },
): Promise<void> {
  const { id, email, name } = person
  if (kind === 'refused') {
    directory.current().suppress(email)
    notes.add((queries) => suppressAddress(queries, email, failure))
  }
  const text = {
    refused:
      `Mails to ${email} (${name}) are refused: ${failure}. They get no alerts by e-mail until the address is put right and they ` +
      'send themselves a test.',
    rejected: `The mail server did not take a mail to ${email} (${name}): ${failure}. What it said is in the list of alerts only.`,
  }[kind]
  const item: NoticeItem = { kind: 'notice', text }
  for (const administrator of administratorsFor(directory.current(), person)) {
    const about = { userId: administrator.id, name: `${kind}:${id}`, item: JSON.stringify(item) }
    await addNotice(redis, { ...about, dueAt: now(), now: now() }).catch((error) =>
      log.error({ error: describe(error) }, 'notification.notice-lost'),
    )
  }
}
