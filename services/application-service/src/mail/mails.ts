import {
  type Database,
  type DueMail,
  forgetOldMails,
  isUnavailable,
  type MailOutcome,
  settleMail,
  systemScope,
  takeDueMail,
  withScope,
} from '@stellacontrol/database'
import { type Counter, describe, type Log, pause } from '@stellacontrol/runtime'
import { createTransport, type Transporter } from 'nodemailer'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** The table holds personal data: nobody needs it for longer. */
const keptMs = 30 * dayMs
/** Longer than the server's own time-outs below: nobody else sends the mail while it is being sent. */
const leaseMs = 3 * minuteMs
const answerTimeoutMs = 20_000
/** Mails of other instances, and those whose turn comes again, are found after this time at the latest. */
const lookEveryMs = 5_000
const forgetEveryMs = 60 * minuteMs
const firstRetryMs = 10_000
const maximumRetryMs = 15 * minuteMs

/** An encoded word has at most 75 characters: 11 characters of four bytes each. */
const charactersPerWord = 11

export interface MailServer {
  /** `smtp://user:password@host:port`, or `smtps://`. */
  url: string
  from: string
}

/**
 * Sends what waits in the table `mail_outbox`: at once if it can, otherwise again and again until the mail would help nobody. A
 * mail is sent at least once: a crash between sending and noting it sends it again.
 */
export class Mails {
  /** False if no mail server is set: mails then wait to be read in the outbox. */
  readonly hasServer: boolean
  private readonly transport: Transporter | undefined
  private readonly options: MailsOptions
  private wake = new AbortController()
  private forgottenAt = 0

  constructor(options: MailsOptions) {
    this.options = options
    this.hasServer = options.server !== undefined
    this.transport = options.server && openTransport(options.server)
  }

  /** Says that a mail was put into the table: it is sent now. */
  notice(): void {
    this.wake.abort()
  }

  /** Runs until the signal aborts. A database that is away is waited for. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.wake = new AbortController()
      try {
        await this.forgetOld()
        while (!signal.aborted && (await this.sendOne())) {}
      } catch (error) {
        if (!isUnavailable(error) && !signal.aborted) {
          this.options.log.error({ error: describe(error) }, 'mail.outbox-failed')
        }
      }
      await pause(lookEveryMs, AbortSignal.any([signal, this.wake.signal]))
    }
    this.transport?.close()
  }

  private async forgetOld(): Promise<void> {
    if (Date.now() - this.forgottenAt < forgetEveryMs) return
    await withScope(this.options.database, systemScope, (queries) => forgetOldMails(queries, keptMs))
    this.forgottenAt = Date.now()
  }

  /** False if nothing is due. */
  private async sendOne(): Promise<boolean> {
    const { database, server, log, outcomes } = this.options
    const { transport } = this
    if (transport === undefined || server === undefined) return false
    const mail = await withScope(database, systemScope, (queries) => takeDueMail(queries, leaseMs))
    if (mail === undefined) return false
    const outcome = await send(transport, server.from, mail)
    await withScope(database, systemScope, (queries) => settleMail(queries, mail.id, outcome))
    outcomes.inc({ outcome: outcome.kind })
    const level = outcome.kind === 'sent' ? 'info' : 'warn'
    log[level]({ mailId: mail.id, attempts: mail.attempts + 1, ...outcome }, 'mail.attempted')
    return true
  }
}

interface MailsOptions {
  database: Database
  server: MailServer | undefined
  log: Log
  outcomes: Counter<'outcome'>
}

function openTransport({ url }: MailServer): Transporter {
  const timeouts = {
    ...{ connectionTimeout: answerTimeoutMs, greetingTimeout: answerTimeoutMs },
    ...{ socketTimeout: answerTimeoutMs, dnsTimeout: answerTimeoutMs },
  }
  // Nothing of a mail may make the library read a file or fetch an address.
  return createTransport({ url, ...timeouts, disableFileAccess: true, disableUrlAccess: true })
}

async function send(transport: Transporter, from: string, mail: DueMail): Promise<MailOutcome> {
  const { recipient, subject, text, html } = mail
  if (mail.uselessAt <= Date.now()) return { kind: 'failed', failure: 'too late to help anybody' }
  try {
    // An object, not text: an address is never taken apart into several.
    await transport.sendMail({ from, to: { name: '', address: recipient }, subject: literal(subject), text, html })
    return { kind: 'sent' }
  } catch (error) {
    return outcomeOf(error, mail, Date.now())
  }
}

/**
 * A subject that is shown as it stands: one that holds what looks like an encoded word is encoded as a whole, since the library leaves
 * plain ASCII as it is [RFC 2047, 2 and 5].
 */
function literal(subject: string): string {
  if (!subject.includes('=?')) return subject
  const characters = [...subject]
  const words: string[] = []
  for (let start = 0; start < characters.length; start += charactersPerWord) {
    const part = Buffer.from(characters.slice(start, start + charactersPerWord).join(''))
    words.push(`=?UTF-8?B?${part.toString('base64')}?=`)
  }
  return words.join(' ')
}

/** What follows from a failed attempt: a recipient that the server refuses for good is given up [RFC 5321, 4.2.1]. Pure. */
function outcomeOf(error: unknown, { attempts, uselessAt }: DueMail, now: number): MailOutcome {
  const failure = (error instanceof Error ? error.message : String(error)).slice(0, 300)
  const { responseCode, command } = (error ?? {}) as { responseCode?: number; command?: string }
  if ((responseCode ?? 0) >= 500 && command === 'RCPT TO') return { kind: 'failed', failure }
  const afterMs = Math.min(firstRetryMs * 2 ** Math.min(attempts, 16), maximumRetryMs)
  return now + afterMs < uselessAt ? { kind: 'retry', afterMs, failure } : { kind: 'failed', failure }
}
