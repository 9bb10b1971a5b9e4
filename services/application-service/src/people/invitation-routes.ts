import {
  addMail,
  createInvitation,
  isMember,
  listInvitations,
  type OpenInvitation,
  recordAudit,
  revokeInvitation,
  withScope,
} from '@stellacontrol/database'
import {
  createdInvitationSchema,
  type Invitation,
  idParameter,
  invitationListSchema,
  newInvitationSchema,
  personListQuerySchema,
} from '@stellacontrol/protocol'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { namedAnswer, namedPageOf } from '../http/named-pages.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { invitationMail } from '../mail/mail-texts.ts'
import { requirePermission } from '../session/access.ts'
import { countLinkRequest, createLinkToken, invitationLifeMs, linkPath, originOf } from './links.ts'
import { administered } from './person-routes.ts'
import { organisationFor } from './refusals.ts'
import { refusalOfRole, roleIn } from './role-rules.ts'

const tags = ['people']
const common = ['forbidden', 'not-signed-in', 'database-unavailable'] as const

export function addInvitationRoutes(server: ApiServer, application: Application): void {
  addListAndRevocation(server, application)
  const { database, redis, mails, publicUrl } = application

  server.post(
    '/invitations',
    {
      config: { needsProof: true },
      schema: {
        tags,
        summary: 'Invite somebody into an organisation',
        description:
          'Sends a link that works once, within 7 days. Inviting the same address again makes the link before useless.',
        body: newInvitationSchema,
        response: {
          201: createdInvitationSchema,
          ...problems(
            ...(['request-invalid', 'organisation-not-found', 'already-member', 'too-many-links'] as const),
            ...(['origin-refused', ...common] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      const { organisationId, role } = request.body
      const email = request.body.email.toLowerCase()
      const { token, tokenHash } = createLinkToken()
      const link = originOf(request, publicUrl) + linkPath('invitation', token)
      const created = await withScope(database, access.scope, async (queries) => {
        const organisation = await organisationFor(queries, access, 'people.edit', organisationId)
        const refusal = refusalOfRole({
          ...{ actorId: access.user.id, actorRole: roleIn(access, organisationId), after: role },
        })
        if (refusal !== undefined) throw new ApiProblem(refusal)
        if (await isMember(queries, organisationId, email)) throw new ApiProblem('already-member')
        await countLinkRequest(redis, { email, address: request.ip })
        const expiresAt = Date.now() + invitationLifeMs
        const invitation = await createInvitation(queries, {
          ...{ email, organisationId, role, invitedBy: access.user.email, tokenHash, expiresAt },
        })
        const mail = invitationMail({ organisation: organisation.name, role, invitedBy: access.user.email, link })
        await addMail(queries, { recipient: email, ...mail, uselessAt: expiresAt })
        await recordAudit(queries, actorOf(request), [
          {
            ...{ organisationId, action: 'user.invited', objectKind: 'invitation', objectId: String(invitation.id) },
            after: { email, role },
          },
        ])
        return invitation
      })
      mails.notice()
      return reply.code(201).send({ ...viewOf(created), link: mails.hasServer ? null : link })
    },
  )
}

function addListAndRevocation(server: ApiServer, { database }: Application): void {
  server.get(
    '/invitations',
    {
      schema: {
        tags,
        summary: 'Invitations that can still be accepted, by e-mail address',
        querystring: personListQuerySchema,
        response: { 200: invitationListSchema, ...problems('request-invalid', 'cursor-invalid', ...common) },
      },
    },
    async (request) => {
      const scope = administered(callerOf(request).access)
      const page = { ...namedPageOf(request.query), organisationId: request.query.organisation }
      return namedAnswer(await withScope(database, scope, (queries) => listInvitations(queries, scope, page)), viewOf)
    },
  )

  server.delete(
    '/invitations/:id',
    {
      schema: {
        tags,
        summary: 'Make the link of an invitation useless',
        params: idParameter,
        response: {
          204: z.null(),
          ...problems('request-invalid', 'invitation-not-found', 'origin-refused', ...common),
        },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      await withScope(database, access.scope, async (queries) => {
        const revoked = await revokeInvitation(queries, access.scope, request.params.id)
        if (revoked === undefined) throw new ApiProblem('invitation-not-found')
        requirePermission(access, 'people.edit', revoked.organisation.id)
        await recordAudit(queries, actorOf(request), [
          {
            ...{ organisationId: revoked.organisation.id, action: 'invitation.revoked', objectKind: 'invitation' },
            ...{ objectId: String(revoked.id), before: { email: revoked.email, role: revoked.role } },
          },
        ])
      })
      return reply.code(204).send(null)
    },
  )
}

function viewOf(row: OpenInvitation): Invitation {
  return { ...row, createdAt: new Date(row.createdAt).toISOString(), expiresAt: new Date(row.expiresAt).toISOString() }
}
