import { forgetSuppression, type NewDelivery, recordDelivery } from '@stellacontrol/database'
import {
  type BundleFields,
  bundleLeaseMs,
  bundleOwnerOf,
  dueBundles,
  postponeBundle,
  type Redis,
  readBundle,
  readSent,
  settleBundle,
  takeBundle,
} from '@stellacontrol/redis'
import type { Counter, Log } from '@stellacontrol/runtime'
import { alertsIn, type Bundle, bundleOf, factsOf } from '../bundle/bundle.ts'
import { localDay } from '../when/local-clock.ts'
import { givenUpAfterMs, retryAt, sendableAt } from '../when/when-to-send.ts'
import type { Person } from '../who/directory-index.ts'
import type { KeptDirectory } from '../who/keep-directory.ts'
import { type ChannelOutcome, type Channels, handOverMail, handOverSms } from './channels.ts'
import { noticesOfCap, sentOn } from './daily-cap.ts'
import { deliveryOf } from './delivery-of.ts'
import { giveUpMail } from './give-up-mail.ts'
import { type Message, messagesOf } from './messages-of-bundle.ts'
import type { DeliveryNotes } from './record-deliveries.ts'

/** So few that a mail server that lets everybody wait holds up a turn for a minute and a half at most. */
const bundlesAtOnce = 32
/** Different people's bundles go side by side. */
const sendersAtOnce = 8

export interface Delivering {
  redis: Redis
  directory: KeptDirectory
  channels: Channels
  notes: DeliveryNotes
  log: Log
  outcomes: Counter<'channel' | 'outcome'>
  publicUrl: string | undefined
  now: () => number
  leaseMs?: number
}

/**
 * Sends the bundles that are due and may go. Returns how many were looked at.
 * @throws what went wrong first, after every one was tried
 */
export async function deliverDue(delivering: Delivering): Promise<number> {
  const names = await dueBundles(delivering.redis, delivering.now(), bundlesAtOnce)
  const waiting = [...names]
  const failures: unknown[] = []
  const sendNext = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      await deliverBundle(delivering, name).catch((error) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: sendersAtOnce }, sendNext))
  if (failures.length > 0) throw failures[0]
  return names.length
}

/** Sends one bundle, unless it must wait or another instance has it. It goes from Redis after it was handed over. */
export async function deliverBundle(delivering: Delivering, name: string): Promise<void> {
  const { redis, directory, leaseMs = bundleLeaseMs } = delivering
  const index = directory.current()
  const person = index.people.get(bundleOwnerOf(name).userId)
  const sent = person ? await readSent(redis, person.id) : new Map()
  if (person !== undefined && (await mustWait(delivering, name, person, sent))) return
  const fields = await takeBundle(redis, name, leaseMs)
  if (fields === undefined) return
  const bundle = bundleOf(fields)
  // Whose account is gone or disabled is told nothing.
  if (person === undefined) return void (await settleBundle(redis, name, bundle.id, { what: 'done' }))
  // Whoever handed it over may have died before it was recorded.
  for (const text of bundle.handed.values()) recordLater(delivering, JSON.parse(text))
  const messages = messagesOf(bundle, {
    ...{ person, index, publicUrl: delivering.publicUrl, now: delivering.now() },
    notices: noticesOfCap(person.preferences, bundle, sent, delivering.now()),
  })
  const renewal = setInterval(() => {
    // One that fails is made up for by the next; without any of them another instance takes over.
    settleBundle(redis, name, bundle.id, { what: 'renew', leaseMs }).catch(() => {})
  }, leaseMs / 4)
  const laterAt = await handOverAll(delivering, name, bundle, person, messages).finally(() => clearInterval(renewal))
  if (laterAt === undefined) await delivering.notes.written()
  const settlement = laterAt === undefined ? ({ what: 'done' } as const) : ({ what: 'retry', at: laterAt } as const)
  await settleBundle(redis, name, bundle.id, settlement)
}

/** Returns when it is tried again; undefined = everybody has taken or refused it. */
async function handOverAll(
  delivering: Delivering,
  name: string,
  bundle: Bundle,
  person: Person,
  messages: readonly Message[],
): Promise<number | undefined> {
  let laterAt: number | undefined
  for (const message of messages) {
    const outcome = await handOver(delivering, name, bundle, person, message)
    if (outcome.kind !== 'later') continue
    const now = delivering.now()
    const at = Math.max(retryAt(bundle.attempts, now), now + (outcome.afterMs ?? 0))
    laterAt = Math.max(laterAt ?? 0, at)
  }
  return laterAt
}

/** True if it waits for the end of a storm, of quiet hours or of the day. */
async function mustWait(
  { redis, now }: Delivering,
  name: string,
  { preferences }: Person,
  sent: BundleFields,
): Promise<boolean> {
  const { fields, isSending } = await readBundle(redis, name)
  const due = fields.get('due')
  // One that was begun to be sent goes on; an empty one is forgotten by whoever takes it.
  if (isSending || due === undefined) return false
  const at = sendableAt(preferences, factsOf(bundleOf(fields)), sentOn(preferences, sent, now()), now())
  if (at <= now()) return false
  await postponeBundle(redis, name, at, due)
  return true
}

async function handOver(
  delivering: Delivering,
  name: string,
  bundle: Bundle,
  person: Person,
  message: Message,
): Promise<ChannelOutcome> {
  const { redis, log, outcomes, now } = delivering
  const { channel } = message
  const startedAt = now()
  const outcome = await tryChannel(delivering, bundle, person, message)
  outcomes.inc({ channel, outcome: outcome.kind })
  const failure = 'failure' in outcome ? outcome.failure : null
  const facts = { bundleId: bundle.id, userId: person.id, channel, alerts: alertsIn(bundle), attempts: bundle.attempts }
  log[failure === null ? 'info' : 'warn']({ ...facts, outcome: outcome.kind, failure }, 'notification.attempted')
  if (outcome.kind === 'later') return outcome
  const delivery = deliveryOf(bundle, person, message, outcome, now())
  if (failure === null) {
    const day = `${localDay(person.preferences.timeZone, startedAt)}:${channel}`
    const record = JSON.stringify(delivery)
    await settleBundle(redis, name, bundle.id, { what: 'handed', channel, day, amount: 1, record })
  }
  recordLater(delivering, delivery)
  // Of a notice that is rejected nobody is told by another notice, which would be rejected too.
  const isWorthTelling = outcome.kind === 'refused' || (outcome.kind === 'rejected' && facts.alerts > 0)
  if (channel === 'email' && isWorthTelling) await giveUpMail(delivering, person, outcome)
  return outcome
}

async function tryChannel(
  { channels, directory, notes, now }: Delivering,
  bundle: Bundle,
  { email }: Person,
  message: Message,
): Promise<ChannelOutcome> {
  const { recipient, letter } = message
  const at = now()
  const handover = { bundleId: bundle.id, recipient, attempts: bundle.attempts, now: at }
  if (at - bundle.beganAt > givenUpAfterMs && bundle.attempts > 1) {
    return { kind: 'failed', failure: 'nobody took it for three days' }
  }
  if (message.channel === 'sms') return handOverSms(channels, letter.text, handover)
  const isSuppressed = directory.current().isSuppressed(email)
  if (isSuppressed && !bundle.isTest) return { kind: 'failed', failure: 'the mail server refused the address before' }
  const outcome = await handOverMail(channels, letter, handover)
  if (isSuppressed && outcome.kind === 'sent') {
    directory.current().release(email)
    notes.add(async (queries) => {
      await forgetSuppression(queries, email)
      directory.noteChange()
    })
  }
  return outcome
}

function recordLater({ notes }: Delivering, delivery: NewDelivery): void {
  notes.add((queries) => recordDelivery(queries, delivery))
}
