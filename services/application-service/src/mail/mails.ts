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
import { type MailServer, MailTransport, type SendingOutcome } from '@stellacontrol/mail'
import { type Counter, describe, type Log, pause } from '@stellacontrol/runtime'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** The table holds personal data: nobody needs it for longer. */
const keptMs = 30 * dayMs
/** Longer than the transport's own time-outs: nobody else sends the mail while it is being sent. */
const leaseMs = 3 * minuteMs
/** Mails of other instances, and those whose turn comes again, are found after this time at the latest. */
const lookEveryMs = 5_000
const forgetEveryMs = 60 * minuteMs
const firstRetryMs = 10_000
const maximumRetryMs = 15 * minuteMs

/**
 * Sends what waits in the table `mail_outbox`: at once if it can, otherwise again and again until the mail would help nobody. A
 * mail is sent at least once: a crash between sending and noting it sends it again.
 */
export class Mails {
  /** False if no mail server is set: mails then wait to be read in the outbox. */
  readonly hasServer: boolean
  private readonly transport: MailTransport | undefined
  private readonly options: MailsOptions
  private wake = new AbortController()
  private forgottenAt = 0

  constructor(options: MailsOptions) {
    this.options = options
    this.hasServer = options.server !== undefined
    this.transport = options.server && new MailTransport(options.server)
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
    this.transport?.[Symbol.dispose]()
  }

  private async forgetOld(): Promise<void> {
    if (Date.now() - this.forgottenAt < forgetEveryMs) return
    await withScope(this.options.database, systemScope, (queries) => forgetOldMails(queries, keptMs))
    this.forgottenAt = Date.now()
  }

  /** False if nothing is due. */
  private async sendOne(): Promise<boolean> {
    const { database, log, outcomes, mailHost } = this.options
    const { transport } = this
    if (transport === undefined) return false
    const mail = await withScope(database, systemScope, (queries) => takeDueMail(queries, leaseMs))
    if (mail === undefined) return false
    const outcome =
      mail.uselessAt <= Date.now()
        ? ({ kind: 'failed', failure: 'too late to help anybody' } as const)
        : outcomeOf(await transport.send({ ...mail, ...messageIdOf(mail, mailHost) }), mail, Date.now())
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
  /** The part behind the @ of a Message-ID. */
  mailHost: string
  log: Log
  outcomes: Counter<'outcome'>
}

/** A repeat of the same mail is known as one [RFC 5322, 3.6.4]. */
function messageIdOf({ bundleId }: DueMail, mailHost: string): { messageId?: string } {
  return bundleId === null ? {} : { messageId: `<${bundleId}.mail@${mailHost}>` }
}

/** What becomes of a mail that was tried. Pure. */
function outcomeOf(sending: SendingOutcome, { attempts, uselessAt }: DueMail, now: number): MailOutcome {
  if (sending.kind === 'sent') return { kind: 'sent' }
  const { failure } = sending
  if (sending.kind !== 'later') return { kind: 'failed', failure }
  const afterMs = Math.min(firstRetryMs * 2 ** Math.min(attempts, 16), maximumRetryMs)
  return now + afterMs < uselessAt ? { kind: 'retry', afterMs, failure } : { kind: 'failed', failure }
}
