import type { Queries } from '@stellacontrol/database'
import { changePerson, findPerson, listPeople, type PersonRow, recordAudit, withScope } from '@stellacontrol/database'
import {
  idParameter,
  type Person,
  type PersonChange,
  personChangeSchema,
  personListQuerySchema,
  personListSchema,
  personSchema,
} from '@stellacontrol/protocol'
import { rightsChanged } from '@stellacontrol/redis'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { namedAnswer, namedPageOf } from '../http/named-pages.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { type Access, requirePermission, scopeFor } from '../session/access.ts'
import { refusing } from './refusals.ts'

const tags = ['people']
const common = ['forbidden', 'not-signed-in', 'database-unavailable'] as const

/** People, for the administrators of the organisations that they have a role in. */
export function addPersonRoutes(server: ApiServer, { database, redis }: Application): void {
  server.get(
    '/people',
    {
      schema: {
        tags,
        summary: 'Everybody with a role where the caller is administrator, by name',
        querystring: personListQuerySchema,
        response: { 200: personListSchema, ...problems('request-invalid', 'cursor-invalid', ...common) },
      },
    },
    async (request) => {
      const scope = administered(callerOf(request).access)
      const page = { ...namedPageOf(request.query), organisationId: request.query.organisation }
      return namedAnswer(await withScope(database, scope, (queries) => listPeople(queries, scope, page)), personOf)
    },
  )

  server.get(
    '/people/:id',
    {
      schema: {
        tags,
        summary: 'One person',
        params: idParameter,
        response: { 200: personSchema, ...problems('request-invalid', 'person-not-found', ...common) },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const scope = administered(access)
      return personOf(await withScope(database, scope, (queries) => personFor(queries, access, request.params.id)))
    },
  )

  server.patch(
    '/people/:id',
    {
      config: { needsProof: (body) => (body as PersonChange).disabled !== undefined },
      schema: {
        tags,
        summary: 'Change the name of an account, or disable it',
        description:
          'For administrators of the organisation that the account belongs to. To disable or enable it needs a proof of the last ' +
          'ten minutes; disabling ends every session.',
        params: idParameter,
        body: personChangeSchema,
        response: {
          200: personSchema,
          ...problems(
            ...(['request-invalid', 'person-not-found', 'own-account', 'last-administrator'] as const),
            ...(['origin-refused', ...common] as const),
          ),
        },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const { id } = request.params
      const { name, disabled } = request.body
      const person = await refusing({}, () =>
        withScope(database, administered(access), async (queries) => {
          const before = await personFor(queries, access, id)
          if (before.organisation === null) throw new ApiProblem('forbidden')
          requirePermission(access, 'people.edit', before.organisation.id)
          if (disabled === true && id === access.user.id) throw new ApiProblem('own-account')
          await changePerson(queries, id, { name, disabled })
          const after = await personFor(queries, access, id)
          const event = {
            ...{ organisationId: before.organisation.id, objectKind: 'user', objectId: String(id) },
            ...{ before: recorded(before), after: recorded(after) },
          }
          const action = actionOf(event.before, event.after)
          await recordAudit(queries, actorOf(request), action === undefined ? [] : [{ ...event, action }])
          return after
        }),
      )
      await rightsChanged(redis)
      return personOf(person)
    },
  )
}

/** Where the caller looks after people. @throws ApiProblem `forbidden` if that is nowhere */
export function administered(access: Access) {
  const scope = scopeFor(access, 'people.edit')
  if (scope.kind === 'organisations' && scope.ids.length === 0) throw new ApiProblem('forbidden')
  return scope
}

/** @throws ApiProblem `person-not-found` */
export async function personFor(queries: Queries, access: Access, id: number): Promise<PersonRow> {
  const person = await findPerson(queries, administered(access), id)
  if (person === undefined) throw new ApiProblem('person-not-found')
  return person
}

export function personOf({ disabledAt, createdAt, lastSignInAt, organisation, ...row }: PersonRow): Person {
  const [membership] = row.memberships
  const home = organisation ?? membership?.organisation
  if (home === undefined) throw new Error(`person ${row.id} has no membership`)
  return {
    ...row,
    organisation: home,
    isGuest: organisation === null,
    disabled: disabledAt !== null,
    lastSignInAt: lastSignInAt === null ? null : new Date(lastSignInAt).toISOString(),
    createdAt: new Date(createdAt).toISOString(),
  }
}

type Recorded = { name: string; disabled: boolean }

/** What the audit log calls a change; undefined = nothing changed. Pure. */
function actionOf(before: Recorded, after: Recorded): string | undefined {
  if (before.disabled !== after.disabled) return after.disabled ? 'user.disabled' : 'user.enabled'
  return before.name === after.name ? undefined : 'user.changed'
}

function recorded({ name, disabledAt }: PersonRow): Recorded {
  return { name, disabled: disabledAt !== null }
}
