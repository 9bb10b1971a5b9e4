import {
  addMail,
  completePasswordReset,
  createPasswordReset,
  findPasswordReset,
  findUserByEmail,
  hashSecret,
  recordAudit,
  systemScope,
  type UserCredential,
  withScope,
} from '@stellacontrol/database'
import { passwordResetRequestSchema, passwordResetSchema } from '@stellacontrol/protocol'
import { describe } from '@stellacontrol/runtime'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { passwordResetMail } from '../mail/mail-texts.ts'
import { hashNewPassword } from '../session/new-passwords.ts'
import { forgetAttempts } from '../session/sign-in-attempts.ts'
import { countLinkRequest, createLinkToken, linkPath, passwordResetLifeMs } from './links.ts'

const codes = ['request-invalid', 'too-many-links', 'origin-refused', 'database-unavailable'] as const

export function addPasswordResetRoutes(server: ApiServer, application: Application): void {
  const { database, redis, log } = application

  server.post(
    '/password-resets',
    {
      config: { isPublic: true },
      schema: {
        tags: ['people'],
        summary: 'Ask for a link that sets a new password',
        description: 'The answer is the same, and takes the same time, whether or not there is such an account.',
        security: [],
        body: passwordResetRequestSchema,
        response: { 202: z.null(), ...problems(...codes) },
      },
    },
    async (request, reply) => {
      const { email } = request.body
      await countLinkRequest(redis, { email, address: request.ip })
      const credential = await withScope(database, systemScope, (queries) => findUserByEmail(queries, email))
      // Not awaited: only a real account has anything to write, and its time would tell.
      sendLink(application, credential).catch((error) =>
        log.error({ userId: credential?.user.id, error: describe(error) }, 'password-reset.failed'),
      )
      return reply.code(202).send(null)
    },
  )

  server.post(
    '/password-resets/complete',
    {
      config: { isPublic: true },
      schema: {
        tags: ['people'],
        summary: 'Set a new password with a link',
        description: 'Ends every session of the account. Sign in afterwards.',
        security: [],
        body: passwordResetSchema,
        response: { 204: z.null(), ...problems('link-invalid', 'password-too-common', 'overloaded', ...codes) },
      },
    },
    async (request, reply) => {
      await countLinkRequest(redis, { address: request.ip })
      await complete(application, { ...request.body, address: request.ip })
      return reply.code(204).send(null)
    },
  )
}

/** Accounts that are disabled, or have no password of their own, get none. */
async function sendLink(
  { database, mails, publicUrl }: Application,
  credential: UserCredential | undefined,
): Promise<void> {
  if (credential === undefined || credential.disabledAt !== null || !credential.passwordHash) return
  const { id: userId, email } = credential.user
  const { token, tokenHash } = createLinkToken()
  // Whoever asks is nobody: without a configured address the link is a place in the page, never at the Host they named.
  const origin = publicUrl === undefined ? '' : new URL(publicUrl).origin
  const expiresAt = Date.now() + passwordResetLifeMs
  await withScope(database, systemScope, async (queries) => {
    await createPasswordReset(queries, { userId, tokenHash, expiresAt })
    const mail = passwordResetMail({ link: origin + linkPath('password-reset', token) })
    await addMail(queries, { recipient: email, ...mail, uselessAt: expiresAt })
  })
  mails.notice()
}

async function complete(
  { database, redis, sessions, log }: Application,
  { token, password, address }: { token: string; password: string; address: string },
): Promise<void> {
  const tokenHash = hashSecret(token)
  const account = await withScope(database, systemScope, (queries) => findPasswordReset(queries, tokenHash))
  if (account === undefined) throw new ApiProblem('link-invalid')
  const { userId, email, organisationId } = account
  const passwordHash = await hashNewPassword(password)
  await withScope(database, systemScope, async (queries) => {
    const isOurs = await completePasswordReset(queries, { tokenHash, userId, passwordHash })
    if (!isOurs) throw new ApiProblem('link-invalid')
    await recordAudit(queries, { userId, actor: email, address }, [
      { organisationId, action: 'password.reset', objectKind: 'user', objectId: String(userId) },
    ])
  })
  await sessions.endAllOf(userId)
  await forgetAttempts(redis, { email, address, browser: undefined })
  log.info({ userId, address }, 'password-reset.completed')
}
