import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type AuditEvent, type AuditQuery, listAudit, type Scope, withScope } from '@stellacontrol/database'
import { type AuditEventView, auditListSchema, auditQuerySchema } from '@stellacontrol/protocol'
import { stringify } from 'csv-stringify'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { type Access, scopeFor } from '../session/access.ts'

const exportPageEvents = 500
const exportQuery = auditQuerySchema.omit({ limit: true, cursor: true })
const codes = ['request-invalid', 'forbidden', 'not-signed-in', 'database-unavailable'] as const

/** Who did what, for the administrators of each organisation. */
export function addAuditRoutes(server: ApiServer, application: Application): void {
  const { database, log } = application

  server.get(
    '/audit',
    {
      schema: {
        tags: ['audit'],
        summary: 'Who did what, newest first',
        querystring: auditQuerySchema,
        response: { 200: auditListSchema, ...problems('cursor-invalid', ...codes) },
      },
    },
    async (request) => {
      const scope = audited(callerOf(request).access)
      const { limit } = request.query
      const query = { ...queryOf(request.query), limit, cursor: cursorOf(request.query.cursor) }
      const events = await withScope(database, scope, (queries) => listAudit(queries, scope, query))
      const last = events.length === limit ? events.at(-1) : undefined
      return { items: events.map(viewOf), nextCursor: last === undefined ? null : String(last.id) }
    },
  )

  server.get(
    '/audit.csv',
    {
      schema: {
        tags: ['audit'],
        summary: 'The same as a file for spreadsheets, complete',
        querystring: exportQuery,
        response: { 200: z.string().describe('text/csv, UTF-8'), ...problems(...codes) },
      },
    },
    async (request, reply) => {
      const scope = audited(callerOf(request).access)
      const query = queryOf(request.query)
      // Before the answer begins, so that a database that is away is still told by its status.
      const first = await pageOf(application, scope, query)
      const csv = stringify(csvOptions)
      pipeline(Readable.from(rowsFrom(application, scope, query, first)), csv).catch((error) =>
        // The answer is on its way already: it ends short, which the client sees.
        log.warn({ requestId: request.id, error: String(error) }, 'audit.export-ended'),
      )
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="stellacontrol-audit.csv"')
        .header('cache-control', 'no-store')
        .send(csv as never)
    },
  )
}

type Filter = Omit<AuditQuery, 'limit' | 'cursor'>

function pageOf({ database }: Application, scope: Scope, filter: Filter, cursor?: number): Promise<AuditEvent[]> {
  const page = { ...filter, cursor, limit: exportPageEvents }
  return withScope(database, scope, (queries) => listAudit(queries, scope, page))
}

async function* rowsFrom(application: Application, scope: Scope, filter: Filter, first: AuditEvent[]) {
  for (let events = first; ; events = await pageOf(application, scope, filter, events.at(-1)?.id)) {
    for (const event of events) yield rowOf(event)
    if (events.length < exportPageEvents) return
  }
}

const csvOptions = {
  ...{ header: true, bom: true, record_delimiter: 'windows' },
  columns: [...['id', 'at', 'organisation', 'actor', 'address', 'action', 'objectKind', 'objectId', 'before', 'after']],
  // What begins like a formula would be run by the spreadsheet that opens the file [CWE-1236].
  escape_formulas: true,
}

/** @throws ApiProblem `forbidden` for who may read no log at all */
function audited(access: Access): Scope {
  const scope = scopeFor(access, 'audit.read')
  if (scope.kind === 'organisations' && scope.ids.length === 0) throw new ApiProblem('forbidden')
  return scope
}

function queryOf(query: z.infer<typeof exportQuery>): Filter {
  const { organisation, action, objectKind, objectId, from, to } = query
  return {
    ...{ organisationId: organisation, action, objectKind, objectId },
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  }
}

function cursorOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new ApiProblem('cursor-invalid')
  return Number(text)
}

function viewOf(event: AuditEvent): AuditEventView {
  const { id, organisationId, organisationName, actor, address, action, objectKind, objectId, before, after } = event
  const organisation = { id: organisationId, name: organisationName }
  return {
    id,
    at: new Date(event.at).toISOString(),
    organisation,
    actor,
    address,
    action,
    objectKind,
    objectId,
    before,
    after,
  }
}

function rowOf(event: AuditEvent) {
  const { organisation, before, after, ...rest } = viewOf(event)
  const json = (value: unknown) => (value === null ? '' : JSON.stringify(value))
  return { ...rest, organisation: organisation.name, before: json(before), after: json(after) }
}
