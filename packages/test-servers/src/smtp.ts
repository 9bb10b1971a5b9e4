import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** One mail as it came over the wire. */
export interface ReceivedMail {
  from: string
  recipients: string[]
  /** Headers and body, as sent. */
  source: string
}

export interface SmtpServer extends AsyncDisposable {
  /** With user and password, for clients that sign in. */
  readonly url: string
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** While true, every recipient is refused for now (450). */
  isBusy: boolean
  /** While true, whoever sends is blocked (554 5.7.1). */
  isBlocking: boolean
  /** How long the answer to a whole mail takes. */
  answerAfterMs: number
  /** Recipients that are refused for good (550). */
  readonly unknownRecipients: Set<string>
  /** Recipients to whom no text is taken (554 after it came). */
  readonly wary: Set<string>
  stop(): Promise<void>
}

/** Starts a mail server on 127.0.0.1 that keeps what it gets. It takes mails of whoever signs in as `stella` with `secret`. */
export async function startSmtp(options: { port?: number } = {}): Promise<SmtpServer> {
  const mails: ReceivedMail[] = []
  const unknownRecipients = new Set<string>()
  const wary = new Set<string>()
  const state = { isBusy: false, isBlocking: false, answerAfterMs: 0 }
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'stella' && password === 'secret') done(null, { user: username })
      else done(new Error('wrong user name or password'))
    },
    onRcptTo: ({ address }, _session, done) => {
      if (state.isBusy) done(refusal(450, 'busy, try later'))
      else if (state.isBlocking) done(refusal(554, '5.7.1 client host blocked'))
      else if (unknownRecipients.has(address)) done(refusal(550, 'no such user'))
      else done()
    },
    onData: (stream, { envelope }, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        const recipients = envelope.rcptTo.map(({ address }) => address)
        if (recipients.some((recipient) => wary.has(recipient))) return done(refusal(554, 'that looks like spam'))
        mails.push({ from, recipients, source: Buffer.concat(parts).toString('utf8') })
        setTimeout(done, state.answerAfterMs)
      })
    },
  })
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.server.address() as AddressInfo
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= new Promise((resolve) => server.close(() => resolve()))
    return stopping
  }
  const control = { url: `smtp://stella:secret@127.0.0.1:${port}`, port, mails, unknownRecipients, wary, stop }
  return Object.assign(state, control, { [Symbol.asyncDispose]: stop })
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
