import { createTransport, type Transporter } from 'nodemailer'
import type { MailServer } from './configuration.ts'
import { literalSubject } from './literal-text.ts'

const answerTimeoutMs = 20_000

export interface Mail {
  recipient: string
  subject: string
  text: string
  html: string
  /** `<word@host>`: the same in a repeat of the same mail. Absent = a new one. */
  messageId?: string
}

/**
 * What a server made of a mail: `refused` is a recipient that it will never take, `rejected` a mail that it will never take; everything
 * else may go later.
 */
export type SendingOutcome = { kind: 'sent' } | { kind: 'later' | 'refused' | 'rejected'; failure: string }

/** A way to a mail server. Dispose it in the end. */
export class MailTransport implements Disposable {
  private readonly transport: Transporter
  private readonly from: string

  constructor({ url, from }: MailServer, timeoutMs = answerTimeoutMs) {
    const timeouts = {
      ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs },
      ...{ socketTimeout: timeoutMs, dnsTimeout: timeoutMs },
    }
    // Nothing of a mail may make the library read a file or fetch an address.
    this.transport = createTransport({ url, ...timeouts, disableFileAccess: true, disableUrlAccess: true })
    this.from = from
  }

  /** Hands a mail over. Never throws: a server that is away or busy is `later`. */
  async send({ recipient, subject, text, html, messageId }: Mail): Promise<SendingOutcome> {
    try {
      await this.transport.sendMail({
        from: this.from,
        // An object, not text: an address is never taken apart into several.
        to: { name: '', address: recipient },
        subject: literalSubject(subject),
        ...{ text, html },
        ...(messageId === undefined ? {} : { messageId }),
      })
      return { kind: 'sent' }
    } catch (error) {
      return outcomeOf(error)
    }
  }

  [Symbol.dispose](): void {
    this.transport.close()
  }
}

/** "554 5.7.1 client host blocked": a policy against whoever sends is no fault of the address [RFC 3463, 3.8]. */
function isAboutUs(failure: string): boolean {
  return /\b5\d\d[ -]5\.7\.\d/.test(failure)
}

/** What follows from a failed attempt: a recipient or a text that the server refuses for good is given up [RFC 5321, 4.2.1]. Pure. */
function outcomeOf(error: unknown): SendingOutcome {
  const failure = (error instanceof Error ? error.message : String(error)).slice(0, 300)
  const { responseCode, command } = (error ?? {}) as { responseCode?: number; command?: string }
  if ((responseCode ?? 0) < 500 || isAboutUs(failure)) return { kind: 'later', failure }
  // A sign-in or a sender that is refused can be put right.
  return { kind: command === 'RCPT TO' ? 'refused' : command === 'DATA' ? 'rejected' : 'later', failure }
}
