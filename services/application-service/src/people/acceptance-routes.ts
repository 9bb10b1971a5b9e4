import {
  type Account,
  acceptInvitation,
  createUser,
  findInvitationByToken,
  findUserByEmail,
  hashSecret,
  type OpenInvitation,
  recordAudit,
  setMembership,
  systemScope,
  withScope,
} from '@stellacontrol/database'
import { invitationAcceptanceSchema, invitationPreviewSchema, linkTokenSchema } from '@stellacontrol/protocol'
import { rightsChanged } from '@stellacontrol/redis'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { hashNewPassword } from '../session/new-passwords.ts'
import { checkCredentials } from '../session/sign-in.ts'
import { countLinkRequest } from './links.ts'
import { refusing, sqlState } from './refusals.ts'

const codes = [
  ...(['request-invalid', 'link-invalid', 'too-many-links', 'origin-refused', 'database-unavailable'] as const),
] as const

/** What the holder of an invitation's link does; they are nobody yet. */
export function addAcceptanceRoutes(server: ApiServer, application: Application): void {
  const { redis } = application

  server.post(
    '/invitations/preview',
    {
      config: { isPublic: true },
      schema: {
        tags: ['people'],
        summary: 'What an invitation is to',
        security: [],
        body: linkTokenSchema,
        response: { 200: invitationPreviewSchema, ...problems(...codes) },
      },
    },
    async (request) => {
      await countLinkRequest(redis, { address: request.ip })
      const { invitation, hasAccount } = await openInvitation(application, hashSecret(request.body.token))
      const { email, organisation, role } = invitation
      return { email, organisation: organisation.name, role, hasAccount }
    },
  )

  server.post(
    '/invitations/accept',
    {
      config: { isPublic: true },
      schema: {
        tags: ['people'],
        summary: 'Accept an invitation',
        description:
          'Makes the account, or adds the role to the one that the address has, which proves itself as at sign-in: `code` is ' +
          'asked for (`second-factor-required`) after the right password. Sign in afterwards.',
        security: [],
        body: invitationAcceptanceSchema,
        response: {
          204: z.null(),
          ...problems(
            ...(['password-too-common', 'sign-in-refused', 'second-factor-required', 'too-many-attempts'] as const),
            ...(['second-factor-unavailable', 'overloaded', ...codes] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      await countLinkRequest(redis, { address: request.ip })
      const { token, name, password, code } = request.body
      const tokenHash = hashSecret(token)
      const { invitation, hasAccount } = await openInvitation(application, tokenHash)
      if (!hasAccount) {
        if (name === undefined) throw new ApiProblem('request-invalid', 'a new account needs a name')
        await join(application, { tokenHash, invitation, name, password, address: request.ip })
      } else {
        const { account } = await checkCredentials(application, request, { email: invitation.email, password, code })
        await addRole(application, { tokenHash, invitation, account, address: request.ip })
      }
      return reply.code(204).send(null)
    },
  )
}

interface Acceptance {
  tokenHash: Buffer
  invitation: OpenInvitation
  address: string
}

async function openInvitation({ database }: Application, tokenHash: Buffer) {
  return withScope(database, systemScope, async (queries) => {
    const invitation = await findInvitationByToken(queries, tokenHash)
    if (invitation === undefined) throw new ApiProblem('link-invalid')
    return { invitation, hasAccount: (await findUserByEmail(queries, invitation.email)) !== undefined }
  })
}

/** A new account, which belongs where it was invited to. */
async function join(
  { database, redis, log }: Application,
  acceptance: Acceptance & { name: string; password: string },
): Promise<void> {
  const { tokenHash, invitation, name, password, address } = acceptance
  const { email, role, organisation } = invitation
  const passwordHash = await hashNewPassword(password)
  // Somebody accepted another invitation of this address a moment ago: the next try finds their account.
  const userId = await refusing({ [sqlState.unique]: 'link-invalid' }, () =>
    withScope(database, systemScope, async (queries) => {
      if (!(await acceptInvitation(queries, tokenHash))) throw new ApiProblem('link-invalid')
      const user = await createUser(queries, { organisationId: organisation.id, email, name, role, passwordHash })
      await recordAudit(queries, { userId: user.id, actor: email, address }, [joined(invitation, user.id, { name })])
      return user.id
    }),
  )
  await rightsChanged(redis)
  log.info({ userId, invitationId: invitation.id }, 'invitation.accepted')
}

/** One more role for an account, which has proven that it is the one that was asked. */
async function addRole(
  { database, redis, sessions, log }: Application,
  { tokenHash, invitation, account, address }: Acceptance & { account: Account },
): Promise<void> {
  const { email, role, organisation } = invitation
  const { id } = account.user
  await refusing({}, () =>
    withScope(database, systemScope, async (queries) => {
      if (!(await acceptInvitation(queries, tokenHash))) throw new ApiProblem('link-invalid')
      await setMembership(queries, { userId: id, organisationId: organisation.id, role })
      await recordAudit(queries, { userId: id, actor: email, address }, [joined(invitation, id, {})])
    }),
  )
  await rightsChanged(redis)
  await sessions.endAllOf(id)
  log.info({ userId: id, invitationId: invitation.id }, 'invitation.accepted')
}

function joined({ email, role, organisation }: OpenInvitation, userId: number, further: { name?: string }) {
  return {
    ...{ organisationId: organisation.id, action: 'user.joined', objectKind: 'user', objectId: String(userId) },
    after: { email, role, ...further },
  }
}
