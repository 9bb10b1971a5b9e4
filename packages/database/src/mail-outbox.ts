import type { Queries } from './database.ts'

/** The table `mail_outbox`: mails that wait for a server to take them, and what became of them. */
export interface NewMail {
  recipient: string
  subject: string
  text: string
  html: string
  /** Epoch ms; later the mail would help nobody, and is given up. */
  uselessAt: number
}

/** Of accounts and links, of alerts, or a text message, whose recipient is a phone number. */
export const outboxKinds = ['account', 'alerts', 'sms'] as const
export type OutboxKind = (typeof outboxKinds)[number]

/** A mail that is to be sent now. */
export interface DueMail extends NewMail {
  id: number
  /** Attempts before this one. */
  attempts: number
}

export interface OutboxMail {
  id: number
  kind: OutboxKind
  recipient: string
  subject: string
  /** Empty once the mail was sent, or given up. */
  text: string
  /** Epoch ms. */
  createdAt: number
  sentAt: number | null
  failedAt: number | null
  attempts: number
  failure: string | null
}

export async function addMail(queries: Queries, mail: NewMail): Promise<void> {
  await queries.execute(
    `insert into mail_outbox (recipient, subject, text, html, useless_at)
     values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))`,
    [mail.recipient, mail.subject, mail.text, mail.html, mail.uselessAt],
  )
}

/** Puts a bundle of alerts where people read it while there is no server that would take it. Safe to repeat. */
export async function addBundle(
  queries: Queries,
  mail: NewMail & { kind: Exclude<OutboxKind, 'account'>; bundleId: string },
): Promise<void> {
  const { kind, bundleId, recipient, subject, text, html, uselessAt } = mail
  await queries.execute(
    `insert into mail_outbox (kind, bundle_id, recipient, subject, text, html, useless_at)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000))
     on conflict (bundle_id, kind) where bundle_id is not null do nothing`,
    [kind, bundleId, recipient, subject, text, html, uselessAt],
  )
}

/** Takes one mail that is due. Nobody else gets it within `leaseMs`, after which it is due again unless it was settled. */
export async function takeDueMail(queries: Queries, leaseMs: number): Promise<DueMail | undefined> {
  const rows = await queries.query<DueMail>(
    `update mail_outbox set attempts = attempts + 1, next_attempt_at = now() + $1 * interval '1 millisecond'
     where id = (
       select id from mail_outbox where kind = 'account' and sent_at is null and failed_at is null and next_attempt_at <= now()
       order by next_attempt_at limit 1 for update skip locked
     )
     returning id, recipient, subject, text, html, useless_at as "uselessAt", attempts - 1 as attempts`,
    [leaseMs],
  )
  return rows[0]
}

/** What became of an attempt: `retry` is the only one after which the mail keeps its text. */
export type MailOutcome =
  | { kind: 'sent' }
  | { kind: 'retry'; afterMs: number; failure: string }
  | { kind: 'failed'; failure: string }

export async function settleMail(queries: Queries, id: number, outcome: MailOutcome): Promise<void> {
  if (outcome.kind === 'retry') {
    await queries.execute(
      `update mail_outbox set next_attempt_at = now() + $2 * interval '1 millisecond', failure = $3 where id = $1`,
      [id, outcome.afterMs, outcome.failure],
    )
    return
  }
  const column = outcome.kind === 'sent' ? 'sent_at' : 'failed_at'
  await queries.execute(`update mail_outbox set ${column} = now(), failure = $2, text = '', html = '' where id = $1`, [
    id,
    outcome.kind === 'failed' ? outcome.failure : null,
  ])
}

/** The newest mails. For the manufacturer's administrators: whoever reads them holds the links in them. */
export function listMails(queries: Queries, limit: number): Promise<OutboxMail[]> {
  return queries.query<OutboxMail>(
    `select id, kind, recipient, subject, text, created_at as "createdAt", sent_at as "sentAt", failed_at as "failedAt", attempts,
       failure
     from mail_outbox order by id desc limit $1`,
    [limit],
  )
}

/** Forgets mails, and links for passwords, that are older than this. Safe to repeat. */
export async function forgetOldMails(queries: Queries, olderThanMs: number): Promise<void> {
  const old = `created_at < now() - $1 * interval '1 millisecond'`
  await queries.execute(`delete from mail_outbox where ${old}`, [olderThanMs])
  await queries.execute(`delete from password_reset where ${old}`, [olderThanMs])
}
