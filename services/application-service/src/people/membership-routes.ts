import { recordAudit, removeMembership, setMembership, withScope } from '@stellacontrol/database'
import { membershipChangeSchema, membershipParameters, personSchema, type Role } from '@stellacontrol/protocol'
import { rightsChanged } from '@stellacontrol/redis'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import type { Access } from '../session/access.ts'
import { administered, personFor, personOf } from './person-routes.ts'
import { organisationFor, refusing } from './refusals.ts'
import { refusalOfRole, roleIn } from './role-rules.ts'

const tags = ['people']
const codes = [
  ...(['request-invalid', 'organisation-not-found', 'person-not-found', 'forbidden', 'own-account'] as const),
  ...(['last-administrator', 'origin-refused', 'not-signed-in', 'database-unavailable'] as const),
] as const

/** Roles of people whom the caller sees already; somebody new is invited. */
export function addMembershipRoutes(server: ApiServer, { database, redis }: Application): void {
  server.put(
    '/people/:id/memberships/:organisationId',
    {
      config: { needsProof: true },
      schema: {
        tags,
        summary: 'Give a person a role in an organisation and everything below it',
        params: membershipParameters,
        body: membershipChangeSchema,
        response: { 200: personSchema, ...problems(...codes) },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const { id, organisationId } = request.params
      const { role } = request.body
      const person = await refusing({}, () =>
        withScope(database, access.scope, async (queries) => {
          await organisationFor(queries, access, 'people.edit', organisationId)
          const { memberships } = await personFor(queries, access, id)
          const before = memberships.find(({ organisation }) => organisation.id === organisationId)?.role
          refuseRole(access, { organisationId, personId: id, before, after: role })
          if (before !== role) {
            await setMembership(queries, { userId: id, organisationId, role })
            await recordAudit(queries, actorOf(request), [
              {
                ...{ organisationId, action: 'membership.set', objectKind: 'user', objectId: String(id) },
                ...{ before: before && { role: before }, after: { role } },
              },
            ])
          }
          return personFor(queries, access, id)
        }),
      )
      await rightsChanged(redis)
      return personOf(person)
    },
  )

  server.delete(
    '/people/:id/memberships/:organisationId',
    {
      config: { needsProof: true },
      schema: {
        tags,
        summary: "Take a person's role in an organisation away",
        params: membershipParameters,
        response: { 204: z.null(), ...problems('membership-not-found', 'home-membership', ...codes) },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      const { id, organisationId } = request.params
      await refusing({}, () =>
        withScope(database, access.scope, async (queries) => {
          await organisationFor(queries, access, 'people.edit', organisationId)
          const { memberships, organisation: home } = await personFor(queries, access, id)
          const before = memberships.find(({ organisation }) => organisation.id === organisationId)?.role
          if (before === undefined) throw new ApiProblem('membership-not-found')
          refuseRole(access, { organisationId, personId: id, before })
          if (home?.id === organisationId) throw new ApiProblem('home-membership')
          await removeMembership(queries, administered(access), { userId: id, organisationId })
          await recordAudit(queries, actorOf(request), [
            {
              ...{ organisationId, action: 'membership.removed', objectKind: 'user', objectId: String(id) },
              before: { role: before },
            },
          ])
        }),
      )
      await rightsChanged(redis)
      return reply.code(204).send(null)
    },
  )
}

function refuseRole(
  access: Access,
  change: { organisationId: number; personId: number; before: Role | undefined; after?: Role },
): void {
  const actorRole = roleIn(access, change.organisationId)
  const refusal = refusalOfRole({ actorId: access.user.id, actorRole, ...change })
  if (refusal !== undefined) throw new ApiProblem(refusal)
}
