import {
  changeSite,
  createSite,
  findSiteFigures,
  listSiteFigures,
  type Queries,
  recordAudit,
  removeSite,
  type SiteFigures,
  withScope,
} from '@stellacontrol/database'
import {
  idParameter,
  newSiteSchema,
  type SiteChange,
  siteChangeSchema,
  siteListQuerySchema,
  siteListSchema,
  siteSchema,
} from '@stellacontrol/protocol'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { namedAnswer, namedPageOf } from '../http/named-pages.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { announceWhere } from '../registry/registry-work.ts'
import { type Access, requirePermission } from '../session/access.ts'
import { organisationFor, refusing, sqlState } from './refusals.ts'

const tags = ['sites']
const common = ['not-signed-in', 'database-unavailable'] as const
const changing = ['request-invalid', 'forbidden', 'origin-refused', ...common] as const

/** Where devices stand: read by whoever sees the organisation, kept by its installers. */
export function addSiteRoutes(server: ApiServer, application: Application): void {
  addReadingRoutes(server, application)
  const { database } = application

  server.post(
    '/sites',
    {
      schema: {
        tags,
        summary: 'Make a site',
        body: newSiteSchema,
        response: { 201: siteSchema, ...problems('organisation-not-found', 'name-taken', ...changing) },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      const { organisationId } = request.body
      const created = await refusing({ [sqlState.unique]: 'name-taken' }, () =>
        withScope(database, access.scope, async (queries) => {
          await organisationFor(queries, access, 'sites.edit', organisationId)
          const { id, ...after } = await createSite(queries, {
            ...request.body,
            address: request.body.address || null,
          })
          await recordAudit(queries, actorOf(request), [
            { organisationId, action: 'site.created', objectKind: 'site', objectId: String(id), after },
          ])
          return findSite(queries, access, id)
        }),
      )
      return reply.code(201).send(created)
    },
  )

  server.patch(
    '/sites/:id',
    {
      schema: {
        tags,
        summary: 'Change a site',
        params: idParameter,
        body: siteChangeSchema,
        response: { 200: siteSchema, ...problems('site-not-found', 'name-taken', ...changing) },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const changed = await refusing({ [sqlState.unique]: 'name-taken' }, () =>
        withScope(database, access.scope, async (queries) => {
          const site = await editableSite(queries, access, request.params.id)
          const { before, after } = changedParts(site, request.body)
          if (Object.keys(after).length === 0) return site
          await changeSite(queries, { ...site, ...after })
          await recordAudit(queries, actorOf(request), [
            {
              ...{ organisationId: site.organisation.id, action: 'site.changed', objectKind: 'site' },
              ...{ objectId: String(site.id), before, after },
            },
          ])
          return findSite(queries, access, site.id)
        }),
      )
      await announceWhere(application, access, ({ site }) => site?.id === request.params.id)
      return changed
    },
  )

  server.delete(
    '/sites/:id',
    {
      schema: {
        tags,
        summary: 'Remove a site where no device stands',
        params: idParameter,
        response: { 204: z.null(), ...problems('site-not-found', 'site-in-use', ...changing) },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      await refusing({ [sqlState.reference]: 'site-in-use' }, () =>
        withScope(database, access.scope, async (queries) => {
          const { id, organisation, devices: _, ...before } = await editableSite(queries, access, request.params.id)
          await removeSite(queries, id)
          await recordAudit(queries, actorOf(request), [
            {
              ...{ organisationId: organisation.id, action: 'site.deleted', objectKind: 'site' },
              ...{ objectId: String(id), before },
            },
          ])
        }),
      )
      return reply.code(204).send(null)
    },
  )
}

function addReadingRoutes(server: ApiServer, { database }: Application): void {
  server.get(
    '/sites',
    {
      schema: {
        tags,
        summary: 'The sites that the caller may see, by name',
        querystring: siteListQuerySchema,
        response: { 200: siteListSchema, ...problems('request-invalid', 'cursor-invalid', ...common) },
      },
    },
    async (request) => {
      const { scope } = callerOf(request).access
      const page = { ...namedPageOf(request.query), organisationId: request.query.organisation }
      const found = await withScope(database, scope, (queries) => listSiteFigures(queries, scope, page))
      return namedAnswer(found, (site) => site)
    },
  )

  server.get(
    '/sites/:id',
    {
      schema: {
        tags,
        summary: 'One site',
        params: idParameter,
        response: { 200: siteSchema, ...problems('request-invalid', 'site-not-found', ...common) },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      return withScope(database, access.scope, (queries) => findSite(queries, access, request.params.id))
    },
  )
}

async function findSite(queries: Queries, access: Access, id: number): Promise<SiteFigures> {
  const site = await findSiteFigures(queries, access.scope, id)
  if (site === undefined) throw new ApiProblem('site-not-found')
  return site
}

async function editableSite(queries: Queries, access: Access, id: number): Promise<SiteFigures> {
  const site = await findSite(queries, access, id)
  requirePermission(access, 'sites.edit', site.organisation.id)
  return site
}

type Changeable = Omit<SiteFigures, 'id' | 'organisation' | 'devices'>

/** What really changes: before and after. Pure. */
function changedParts(
  site: Changeable,
  change: SiteChange,
): { before: Partial<Changeable>; after: Partial<Changeable> } {
  const wanted = { ...change, ...(change.address === undefined ? {} : { address: change.address || null }) }
  const names = (Object.keys(wanted) as (keyof Changeable)[]).filter(
    (name) => wanted[name] !== undefined && wanted[name] !== site[name],
  )
  return {
    before: Object.fromEntries(names.map((name) => [name, site[name]])),
    after: Object.fromEntries(names.map((name) => [name, wanted[name]])),
  }
}
