import {
  acceptInvitation,
  createUser,
  findInvitationByToken,
  findUserByEmail,
  hashSecret,
  type OpenInvitation,
  recordAudit,
  setMembership,
  systemScope,
  type UserCredential,
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
import { verifyPassword } from '../session/passwords.ts'
import { countAttempt, forgetAttempts } from '../session/sign-in-attempts.ts'
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
      const { invitation, credential } = await openInvitation(application, hashSecret(request.body.token))
      const { email, organisation, role } = invitation
      return { email, organisation: organisation.name, role, hasAccount: credential !== undefined }
    },
  )

  server.post(
    '/invitations/accept',
    {
      config: { isPublic: true },
      schema: {
        tags: ['people'],
        summary: 'Accept an invitation',
        description: 'Makes the account, or adds the role to the one that the address has. Sign in afterwards.',
        security: [],
        body: invitationAcceptanceSchema,
        response: {
          204: z.null(),
          ...problems('password-too-common', 'sign-in-refused', 'too-many-attempts', 'overloaded', ...codes),
        },
      },
    },
    async (request, reply) => {
      await countLinkRequest(redis, { address: request.ip })
      const { token, name, password } = request.body
      const tokenHash = hashSecret(token)
      const { invitation, credential } = await openInvitation(application, tokenHash)
      if (credential === undefined) {
        if (name === undefined) throw new ApiProblem('request-invalid', 'a new account needs a name')
        await join(application, { tokenHash, invitation, name, password, address: request.ip })
      } else {
        await addRole(application, { tokenHash, invitation, credential, password, address: request.ip })
      }
      return reply.code(204).send(null)
    },
  )
}

interface Acceptance {
  tokenHash: Buffer
  invitation: OpenInvitation
  password: string
  address: string
}

async function openInvitation({ database }: Application, tokenHash: Buffer) {
  return withScope(database, systemScope, async (queries) => {
    const invitation = await findInvitationByToken(queries, tokenHash)
    if (invitation === undefined) throw new ApiProblem('link-invalid')
    return { invitation, credential: await findUserByEmail(queries, invitation.email) }
  })
}

/** A new account, which belongs where it was invited to. */
async function join({ database, redis, log }: Application, acceptance: Acceptance & { name: string }): Promise<void> {
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

/** One more role for an account, which proves by its password that it is the one that was asked. */
async function addRole(
  { database, redis, sessions, log }: Application,
  { tokenHash, invitation, credential, password, address }: Acceptance & { credential: UserCredential },
): Promise<void> {
  const { email, role, organisation } = invitation
  const attempt = { email, address, browser: undefined }
  await countAttempt(redis, attempt)
  const isRight = await verifyPassword(credential.passwordHash, password)
  if (!isRight || credential.disabledAt !== null) throw new ApiProblem('sign-in-refused')
  await forgetAttempts(redis, attempt)
  const { id } = credential.user
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
