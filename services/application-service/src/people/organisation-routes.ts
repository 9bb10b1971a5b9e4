import {
  createOrganisation,
  findOrganisationFigures,
  listOrganisationFigures,
  type OrganisationFigures,
  recordAudit,
  renameOrganisation,
  withScope,
} from '@stellacontrol/database'
import {
  idParameter,
  newOrganisationSchema,
  type OrganisationView,
  organisationChangeSchema,
  organisationListQuerySchema,
  organisationListSchema,
  organisationSchema,
} from '@stellacontrol/protocol'
import { rightsChanged } from '@stellacontrol/redis'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { namedAnswer, namedPageOf } from '../http/named-pages.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { announceWhere } from '../registry/registry-work.ts'
import { type Access, scopeFor } from '../session/access.ts'
import { organisationFor, refusing, sqlState } from './refusals.ts'

const tags = ['organisations']
const common = ['not-signed-in', 'database-unavailable'] as const

export function addOrganisationRoutes(server: ApiServer, application: Application): void {
  const { database, redis } = application

  server.get(
    '/organisations',
    {
      schema: {
        tags,
        summary: 'The organisations that the caller may see, by name',
        querystring: organisationListQuerySchema,
        response: { 200: organisationListSchema, ...problems('request-invalid', 'cursor-invalid', ...common) },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const { permission = 'read', isParent } = request.query
      const page = { ...namedPageOf(request.query), isParent: isParent === 'true' }
      const found = await withScope(database, access.scope, (queries) =>
        listOrganisationFigures(queries, scopeFor(access, permission), page),
      )
      return namedAnswer(found, (row) => viewOf(row, access))
    },
  )

  server.get(
    '/organisations/:id',
    {
      schema: {
        tags,
        summary: 'One organisation',
        params: idParameter,
        response: { 200: organisationSchema, ...problems('request-invalid', 'organisation-not-found', ...common) },
      },
    },
    async (request) => findView(application, callerOf(request).access, request.params.id),
  )

  server.post(
    '/organisations',
    {
      schema: {
        tags,
        summary: 'Make an organisation below another',
        description: 'For administrators of the one above. Resellers stand below the manufacturer and resellers.',
        body: newOrganisationSchema,
        response: {
          201: organisationSchema,
          ...problems(
            ...(['request-invalid', 'organisation-not-found', 'forbidden', 'organisation-misplaced'] as const),
            ...(['name-taken', 'origin-refused', ...common] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      const { parentId, kind, name } = request.body
      const codes = { [sqlState.unique]: 'name-taken', [sqlState.check]: 'organisation-misplaced' } as const
      const created = await refusing(codes, () =>
        withScope(database, access.scope, async (queries) => {
          await organisationFor(queries, access, 'organisations.edit', parentId)
          const organisation = await createOrganisation(queries, { parentId, kind, name })
          // In the log of the one above: who made it sees the new one only from the next request on.
          await recordAudit(queries, actorOf(request), [
            {
              ...{ organisationId: parentId, action: 'organisation.created', objectKind: 'organisation' },
              ...{ objectId: String(organisation.id), after: { kind, name } },
            },
          ])
          return organisation
        }),
      )
      await rightsChanged(redis)
      const figures = { devices: 0, people: 0, sites: 0, createdAt: Date.now() }
      return reply.code(201).send(viewOf({ ...created, ...figures }, access))
    },
  )

  server.patch(
    '/organisations/:id',
    {
      schema: {
        tags,
        summary: 'Give an organisation another name',
        params: idParameter,
        body: organisationChangeSchema,
        response: {
          200: organisationSchema,
          ...problems(
            ...(['request-invalid', 'organisation-not-found', 'forbidden', 'name-taken'] as const),
            ...(['origin-refused', ...common] as const),
          ),
        },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const { id } = request.params
      const { name } = request.body
      await refusing({ [sqlState.unique]: 'name-taken' }, () =>
        withScope(database, access.scope, async (queries) => {
          const before = await organisationFor(queries, access, 'organisations.edit', id)
          if (before.name === name) return
          await renameOrganisation(queries, id, name)
          await recordAudit(queries, actorOf(request), [
            {
              ...{ organisationId: id, action: 'organisation.changed', objectKind: 'organisation' },
              ...{ objectId: String(id), before: { name: before.name }, after: { name } },
            },
          ])
        }),
      )
      await announceWhere(application, access, ({ organisation }) => organisation.id === id)
      // Names of organisations are part of what sessions carry.
      await rightsChanged(redis)
      return findView(application, access, id)
    },
  )
}

async function findView({ database }: Application, access: Access, id: number): Promise<OrganisationView> {
  const row = await withScope(database, access.scope, (queries) => findOrganisationFigures(queries, access.scope, id))
  if (row === undefined) throw new ApiProblem('organisation-not-found')
  return viewOf(row, access)
}

function viewOf(row: OrganisationFigures, { visible }: Access): OrganisationView {
  const seesParent = row.parentId !== null && (visible === undefined || visible.has(row.parentId))
  return { ...row, parentId: seesParent ? row.parentId : null, createdAt: new Date(row.createdAt).toISOString() }
}
