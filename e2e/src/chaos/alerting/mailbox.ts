import { type ReceivedMail, type SmtpServer, startSmtp } from '@stellacontrol/test-servers/smtp'

/** A mail as its reader sees it. */
export interface ReadMail {
  recipient: string
  messageId: string
  /** The incidents that it says are on, and over, by id. */
  on: string[]
  over: string[]
}

/** A mail server that can be away, busy or slow for a while, and keeps what it took. */
export class Mailbox implements AsyncDisposable {
  private server: SmtpServer | undefined
  private readonly taken: ReceivedMail[] = []

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox()
    mailbox.server = await startSmtp()
    mailbox.address = mailbox.server.url
    return mailbox
  }

  /** `smtp://…` */
  address = ''

  /** Nobody listens until `back`. */
  async away(): Promise<void> {
    const { server } = this
    this.server = undefined
    await server?.stop()
    this.taken.push(...(server?.mails ?? []))
  }

  /** Until `back`: every recipient is refused for now, or answers come late. */
  become(mood: Partial<Pick<SmtpServer, 'isBusy' | 'answerAfterMs'>>): void {
    if (this.server) Object.assign(this.server, mood)
  }

  /** As it was in the beginning. Safe to repeat. */
  async back(): Promise<void> {
    this.server ??= await startSmtp({ port: Number(new URL(this.address).port) })
    this.become({ isBusy: false, answerAfterMs: 0 })
  }

  read(): ReadMail[] {
    return [...this.taken, ...(this.server?.mails ?? [])].map(readMail)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.away()
  }
}

/** What the HTML of a mail links to, above and below its heading "Over". */
function readMail({ recipients, source }: ReceivedMail): ReadMail {
  const text = source
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  const html = text.slice(text.indexOf('<!doctype html>'))
  const [on = '', over = ''] = html.split('>Over</h2>')
  const idsIn = (part: string) => [...part.matchAll(/incident=([0-9a-f-]{36})/g)].map(([, id]) => id as string)
  const messageId = /^Message-ID: (.*)$/im.exec(source)?.[1]?.trim() ?? ''
  return { recipient: recipients[0] ?? '', messageId, on: idsIn(on), over: idsIn(over) }
}
