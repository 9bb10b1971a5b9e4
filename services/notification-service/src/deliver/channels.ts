import { addBundle, type Database, isUnavailable } from '@stellacontrol/database'
import type { MailTransport } from '@stellacontrol/mail'
import { type NotificationChannel, smsStatusPath } from '@stellacontrol/protocol'
import { type Redis, spend } from '@stellacontrol/redis'
import { messageOf } from '@stellacontrol/runtime'
import type { Letter } from '../bundle/letter.ts'
import { type SmsGateway, sendSms } from '../sms/send-sms.ts'
import { segmentsOf } from '../sms/sms-text.ts'

/** People read what was not sent for so long. */
const outboxLifeMs = 30 * 86_400_000
/** Sending it again may send it twice: not more often than that. */
const mostUnclearAttempts = 3

/** What became of handing a bundle to a channel. */
export type ChannelOutcome =
  | { kind: 'sent' | 'outbox' }
  | { kind: 'later'; failure: string; afterMs?: number | undefined }
  /** Never; `refused` is the address' fault, `rejected` the text's. */
  | { kind: 'refused' | 'rejected'; failure: string }
  | { kind: 'failed'; failure: string }

export interface Channels {
  database: Database
  redis: Redis
  /** Undefined = mails are put into the outbox. */
  transport: MailTransport | undefined
  gateway: SmsGateway | undefined
  segmentsPerDay: number
  /** The address people use. */
  publicUrl: string | undefined
}

interface Handover {
  bundleId: string
  recipient: string
  attempts: number
  now: number
}

/** Hands a mail over; its Message-ID is the bundle's, so that a repeat is known as one [RFC 5322, 3.6.4]. */
export async function handOverMail(channels: Channels, letter: Letter, handover: Handover): Promise<ChannelOutcome> {
  const { transport, publicUrl } = channels
  const mailHost = publicUrl === undefined ? 'stellacontrol.local' : new URL(publicUrl).hostname
  const { bundleId, recipient } = handover
  if (transport === undefined) return putIntoOutbox(channels, 'email', letter, handover)
  const messageId = `<${bundleId}.alerts@${mailHost}>`
  return transport.send({ ...letter, recipient, messageId })
}

export async function handOverSms(channels: Channels, body: string, handover: Handover): Promise<ChannelOutcome> {
  const { gateway, redis, segmentsPerDay } = channels
  const { bundleId, recipient, attempts, now } = handover
  const letter = { subject: 'Text message', text: `${body}\n`, html: '' }
  if (gateway === undefined) return putIntoOutbox(channels, 'sms', letter, handover)
  const day = new Date(now).toISOString().slice(0, 10)
  const amount = segmentsOf(body)
  if (!(await spend(redis, 'sms', { day, amount, limit: segmentsPerDay }))) {
    return { kind: 'failed', failure: `the day's ${segmentsPerDay} parts of text messages are used up` }
  }
  const outcome = await sendSms(gateway, { to: recipient, body, statusUrl: smsStatusUrl(channels.publicUrl, bundleId) })
  // What nobody took costs nothing, however often it is tried.
  if (outcome.kind === 'later' || outcome.kind === 'refused') {
    await spend(redis, 'sms', { day, amount: -amount, limit: segmentsPerDay })
  }
  if (outcome.kind !== 'unclear') return outcome
  const { failure } = outcome
  return { kind: attempts < mostUnclearAttempts ? 'later' : 'failed', failure }
}

/** Where the gateway says what became of it: a route of the application service. */
function smsStatusUrl(publicUrl: string | undefined, bundleId: string): string | undefined {
  return publicUrl && `${publicUrl.replace(/\/$/, '')}/v1${smsStatusPath}?delivery=${bundleId}`
}

async function putIntoOutbox(
  { database }: Channels,
  channel: NotificationChannel,
  letter: Letter,
  { bundleId, recipient, now }: Handover,
): Promise<ChannelOutcome> {
  const kind = channel === 'sms' ? 'sms' : 'alerts'
  try {
    await addBundle(database, { ...letter, kind, bundleId, recipient, uselessAt: now + outboxLifeMs })
    return { kind: 'outbox' }
  } catch (error) {
    return { kind: isUnavailable(error) ? 'later' : 'failed', failure: messageOf(error) }
  }
}
