import {
  defaultNotificationPreferences,
  deliveryListSchema,
  type NotificationDelivery,
  type NotificationPreferences,
  notificationPreferencesSchema,
  type OutboxMailView,
  outboxQuerySchema,
  outboxSchema,
  ownNotificationsSchema,
} from '@stellacontrol/protocol'
import { type MadeUpAnswer, notFound, ok, problem, type SignedIn } from './made-up-answer.ts'

/** What a mail of ours looks like; the script is there to be stopped. */
const mailHtml = `<!doctype html><html lang="en"><head><base target="_blank"><meta charset="utf-8"></head>
<body style="font-family:system-ui,sans-serif"><p>Do first (Lobby west): look at the fan.</p>
<h2 style="font-size:1rem">Northquay Exchange: 2 alerts</h2><ul><li>CRITICAL F1: Fan failed, since 08:12</li>
<li>MAJOR Lobby west: Board temperature 76.4 °C, above 75 °C, since 08:14</li></ul>
<script>document.body.textContent = 'a script ran'</script></body></html>`

const mailText = 'Do first (Lobby west): look at the fan.\n\nNorthquay Exchange: 2 alerts\n- CRITICAL F1: Fan failed'

/** What one person is told, and the outbox, for the page's tests. */
export class MadeUpNotifications {
  preferences: NotificationPreferences | undefined
  emailProblem: string | null = null
  /** What becomes of the next test. */
  testOutcome: NotificationDelivery['outcome'] | 'never' = 'sent'
  readonly deliveries: NotificationDelivery[] = []
  readonly mails: OutboxMailView[] = []

  constructor() {
    for (let index = 0; index < 12; index++) {
      this.deliver({
        subject:
          index === 3
            ? 'StellaControl CRITICAL Mercy Hospital: F1: Fan failed'
            : '2 alerts at Mercy Hospital: Fan failed',
        ...(index === 3 && { channel: 'sms', recipient: '+3225550100', outcome: 'delivered' }),
        ...(index === 5 && { outcome: 'failed', failure: '550 5.1.1 no such user here' }),
      })
    }
    for (let index = 0; index < 60; index++) this.mails.unshift(madeUpMail(index))
  }

  /** The newest is first, as the API gives them. */
  deliver(further: Partial<NotificationDelivery>): void {
    const id = this.deliveries.length + 1
    const at = new Date(Date.UTC(2026, 10, 20, 8, id)).toISOString()
    const usual = { channel: 'email', recipient: 'operator@example.com', outcome: 'sent', failure: null } as const
    this.deliveries.unshift({ id, at, subject: 'Fan failed', alerts: 2, ...usual, ...further })
  }
}

function madeUpMail(index: number): OutboxMailView {
  const kind = (['alerts', 'sms', 'account', 'report'] as const)[index % 4] ?? 'alerts'
  const isSms = kind === 'sms'
  const subject = {
    alerts: '2 alerts at Northquay Exchange: Fan failed',
    sms: 'Text message',
    account: 'Invitation to Harbour Resale on StellaControl',
    report: 'Northquay in October 2026: 99.98 % available, 12 alerts',
  }[kind]
  return {
    ...{ id: index + 1, kind, subject: `${subject} (${index})`, attempts: 0, failure: null, sentAt: null },
    ...{ recipient: isSms ? '+3225550100' : 'operator@example.com', state: 'waiting', hasHtml: !isSms },
    text: isSms ? 'StellaControl CRITICAL Northquay Exchange: F1: Fan failed +1 more' : mailText,
    createdAt: new Date(Date.UTC(2026, 10, 20, 8, index)).toISOString(),
  }
}

export function answerOwnNotifications(
  made: MadeUpNotifications,
  { method, body, person }: SignedIn,
  part: string,
): MadeUpAnswer {
  if (part === 'deliveries') return ok(deliveryListSchema.parse({ items: made.deliveries }))
  if (part === 'test') {
    const { testOutcome: outcome } = made
    const failure = outcome === 'failed' ? '451 try again later' : null
    if (outcome === 'never') return { status: 202 }
    if (outcome === 'sent') made.emailProblem = null
    made.deliver({ subject: 'A test from StellaControl: your alerts arrive', alerts: 0, outcome, failure })
    return { status: 202, body: null }
  }
  if (method === 'PUT') {
    const given = notificationPreferencesSchema.safeParse(body)
    if (!given.success) {
      const fields = given.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }))
      return problem(400, 'request-invalid', fields)
    }
    made.preferences = given.data
  }
  return ok(
    ownNotificationsSchema.parse({
      ...{ preferences: made.preferences ?? defaultNotificationPreferences, isDefault: made.preferences === undefined },
      ...{ email: person.email, emailProblem: made.emailProblem },
    }),
  )
}

export function answerOutbox({ mails }: MadeUpNotifications, { url }: SignedIn, [id]: string[]): MadeUpAnswer {
  if (id !== undefined) return mails.some((mail) => mail.id === Number(id)) ? { status: 200, html: mailHtml } : notFound
  const { limit, cursor, kind } = outboxQuerySchema.parse(Object.fromEntries(url.searchParams))
  const matching = mails.filter((mail) => kind === undefined || mail.kind === kind)
  const from = Number(cursor ?? 0)
  const nextCursor = from + limit < matching.length ? String(from + limit) : null
  return ok(outboxSchema.parse({ items: matching.slice(from, from + limit), nextCursor, hasMailServer: false }))
}
