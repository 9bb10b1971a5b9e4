import type { OutboxKind } from '@stellacontrol/protocol'
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

/** A mail that is to be sent now. */
export interface DueMail extends NewMail {
  id: number
  /** Attempts before this one. */
  attempts: number
  /** Makes a repeat of the same mail known as one; null = it has no such name. */
  bundleId: string | null
}

export interface OutboxMail {
  id: number
  kind: OutboxKind
  recipient: string
  subject: string
  /** Empty once the mail was sent, or given up. */
  text: string
  hasHtml: boolean
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
  mail: NewMail & { kind: 'alerts' | 'sms'; bundleId: string },
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
       select id from mail_outbox where kind in ('account', 'report') and sent_at is null and failed_at is null and next_attempt_at <= now()
       order by next_attempt_at limit 1 for update skip locked
     )
     returning id, recipient, subject, text, html, useless_at as "uselessAt", attempts - 1 as attempts,
       bundle_id as "bundleId"`,
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

export interface OutboxQuery {
  limit: number
  /** The id at which the page before ended. */
  before?: number | undefined
  kind?: OutboxKind | undefined
}

/** Mails, the newest first. For the manufacturer's administrators: whoever reads them holds the links in them. */
export function listMails(queries: Queries, { limit, before, kind }: OutboxQuery): Promise<OutboxMail[]> {
  return queries.query<OutboxMail>(
    `select id, kind, recipient, subject, text, html <> '' as "hasHtml", created_at as "createdAt", sent_at as "sentAt",
       failed_at as "failedAt", attempts, failure
     from mail_outbox where ($2::bigint is null or id < $2) and ($3::text is null or kind = $3)
     order by id desc limit $1`,
    [limit, before ?? null, kind ?? null],
  )
}

/** What a mail looks like; undefined if there is none, empty once it was sent, or given up. */
export async function findMailHtml(
  queries: Queries,
  id: number,
): Promise<{ kind: OutboxKind; html: string } | undefined> {
  const rows = await queries.query<{ kind: OutboxKind; html: string }>(
    'select kind, html from mail_outbox where id = $1',
    [id],
  )
  return rows[0]
}

/** Forgets mails, and links for passwords, that are older than this. Safe to repeat. */
export async function forgetOldMails(queries: Queries, olderThanMs: number): Promise<void> {
  const old = `created_at < now() - $1 * interval '1 millisecond'`
  await queries.execute(`delete from mail_outbox where ${old}`, [olderThanMs])
  await queries.execute(`delete from password_reset where ${old}`, [olderThanMs])
}
