import { listMails, type OutboxMail, withScope } from '@stellacontrol/database'
import { mayDo, type OutboxMailView, outboxSchema } from '@stellacontrol/protocol'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'

const listedMails = 200

export function addOutboxRoutes(server: ApiServer, { database, mails }: Application): void {
  server.get(
    '/outbox',
    {
      schema: {
        tags: ['people'],
        summary: 'The newest mails, and what became of them',
        description:
          "For the manufacturer's administrators. Mails are kept for 30 days, their text until they are sent.",
        response: { 200: outboxSchema, ...problems('forbidden', 'not-signed-in', 'database-unavailable') },
      },
    },
    async (request) => {
      const { everywhere, scope } = callerOf(request).access
      if (!mayDo(everywhere, 'people.edit')) throw new ApiProblem('forbidden')
      const rows = await withScope(database, scope, (queries) => listMails(queries, listedMails))
      return { items: rows.map((row) => viewOf(row, mails.hasServer)), hasMailServer: mails.hasServer }
    },
  )
}

function viewOf(mail: OutboxMail, hasServer: boolean): OutboxMailView {
  const { id, kind, recipient, subject, attempts, failure } = mail
  return {
    ...{ id, kind, recipient, subject, attempts, failure },
    text: hasServer && kind === 'account' ? '' : mail.text,
    state: mail.sentAt !== null ? 'sent' : mail.failedAt !== null ? 'failed' : 'waiting',
    createdAt: new Date(mail.createdAt).toISOString(),
    sentAt: mail.sentAt === null ? null : new Date(mail.sentAt).toISOString(),
  }
}
