import { findMailHtml, listMails, type OutboxMail, type Scope, withScope } from '@stellacontrol/database'
import { idParameter, mayDo, type OutboxMailView, outboxQuerySchema, outboxSchema } from '@stellacontrol/protocol'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { decodeCursor, encodeCursor } from '../http/list-cursor.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'

const codes = ['forbidden', 'not-signed-in', 'database-unavailable'] as const
/**
 * A mail is shown in a frame of the page, which has no rights of its own: no script, no form, nothing fetched. Its links open beside
 * the page.
 */
const mailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'self'; frame-ancestors 'self'; " +
  'sandbox allow-popups allow-popups-to-escape-sandbox'

export function addOutboxRoutes(server: ApiServer, { database, mails }: Application): void {
  server.get(
    '/outbox',
    {
      schema: {
        tags: ['people'],
        summary: 'Mails and text messages, the newest first, and what became of them',
        description:
          "For the manufacturer's administrators. Mails are kept for 30 days, their text until they are sent.",
        querystring: outboxQuerySchema,
        response: { 200: outboxSchema, ...problems('request-invalid', 'cursor-invalid', ...codes) },
      },
    },
    async (request) => {
      const scope = readerScope(request)
      const { limit, kind, cursor } = request.query
      const query = { limit: limit + 1, kind, before: cursor === undefined ? undefined : beforeOf(cursor) }
      const rows = await withScope(database, scope, (queries) => listMails(queries, query))
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      return {
        items: shown.map((row) => viewOf(row, mails.hasServer)),
        nextCursor: last === undefined ? null : encodeCursor(order, { value: null, key: last.id }),
        hasMailServer: mails.hasServer,
      }
    },
  )

  server.get(
    '/outbox/:id/html',
    {
      schema: {
        tags: ['people'],
        summary: 'A mail as its reader sees it',
        description: 'Where its text may be read. It runs no script, and fetches nothing.',
        params: idParameter,
        response: {
          200: z.string().describe('text/html, UTF-8'),
          ...problems('request-invalid', 'not-found', ...codes),
        },
      },
    },
    async (request, reply) => {
      const scope = readerScope(request)
      const mail = await withScope(database, scope, (queries) => findMailHtml(queries, request.params.id))
      if (mail === undefined || mail.html === '' || isSecret(mail, mails.hasServer)) throw new ApiProblem('not-found')
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', mailPolicy)
        .header('x-frame-options', 'SAMEORIGIN')
        .header('cache-control', 'no-store')
        .serializer(String)
        .send(mail.html.replace('<head>', '<head><base target="_blank">'))
    },
  )
}

/** Whoever reads mails holds the links in them. @throws ApiProblem `forbidden` */
function readerScope(request: FastifyRequest): Scope {
  const { everywhere, scope } = callerOf(request).access
  if (!mayDo(everywhere, 'people.edit')) throw new ApiProblem('forbidden')
  return scope
}

const order = 'newest'

function beforeOf(cursor: string): number {
  const { key } = decodeCursor(cursor, order)
  if (typeof key !== 'number' || !Number.isSafeInteger(key)) throw new ApiProblem('cursor-invalid')
  return key
}

/** Where links are sent, nobody else reads them. */
function isSecret({ kind }: Pick<OutboxMail, 'kind'>, hasServer: boolean): boolean {
  return hasServer && kind === 'account'
}

function viewOf(mail: OutboxMail, hasServer: boolean): OutboxMailView {
  const { id, kind, recipient, subject, attempts, failure } = mail
  const isHidden = isSecret(mail, hasServer)
  return {
    ...{ id, kind, recipient, subject, attempts, failure },
    text: isHidden ? '' : mail.text,
    hasHtml: mail.hasHtml && !isHidden,
    state: mail.sentAt !== null ? 'sent' : mail.failedAt !== null ? 'failed' : 'waiting',
    createdAt: new Date(mail.createdAt).toISOString(),
    sentAt: mail.sentAt === null ? null : new Date(mail.sentAt).toISOString(),
  }
}
