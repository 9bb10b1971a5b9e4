import {
  type Account as AccountRecord,
  changeOwnName,
  findAccount,
  recordAudit,
  type Scope,
  setPassword,
  withScope,
} from '@stellacontrol/database'
import {
  type Account,
  accountChangeSchema,
  accountSchema,
  passwordChangeSchema,
  proofSchema,
} from '@stellacontrol/protocol'
import { rightsChanged } from '@stellacontrol/redis'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, type Caller, callerOf } from '../http/caller.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { setSessionCookie } from '../session/cookies.ts'
import { hashNewPassword } from '../session/new-passwords.ts'
import { verifyPassword } from '../session/passwords.ts'
import { proofMs } from '../session/proof.ts'
import { isCodeRight } from '../session/sign-in.ts'
import { countProof } from '../session/sign-in-attempts.ts'

const answer = accountSchema.meta({ examples: [examples.account] })

/** `/v1/me`: one's own account. */
export function addAccountRoutes(server: ApiServer, application: Application): void {
  const { database, redis, sessions, isHttps } = application

  server.get(
    '/me',
    {
      schema: {
        tags: ['account'],
        summary: "One's own account",
        response: { 200: answer, ...problems('not-signed-in', 'database-unavailable') },
      },
    },
    async (request) =>
      describeAccount(await ownAccount(application, callerOf(request)), callerOf(request).session.provenAt),
  )

  server.patch(
    '/me',
    {
      schema: {
        tags: ['account'],
        summary: "Change one's name",
        body: accountChangeSchema,
        response: {
          200: answer,
          ...problems('request-invalid', 'not-signed-in', 'origin-refused', 'database-unavailable'),
        },
      },
    },
    async (request) => {
      const { access, session } = callerOf(request)
      const { name } = request.body
      await withScope(database, access.scope, async (queries) => {
        await changeOwnName(queries, access.scope, access.user.id, name)
        const change = { action: 'user.changed', before: { name: access.user.name }, after: { name } }
        await recordAudit(queries, actorOf(request), [{ ...ownEvent(callerOf(request)), ...change }])
      })
      await rightsChanged(redis)
      return describeAccount(await ownAccount(application, callerOf(request)), session.provenAt)
    },
  )

  server.post(
    '/me/proof',
    {
      schema: {
        tags: ['account'],
        summary: 'Prove again who one is, for sensitive changes within the next ten minutes',
        description:
          'Everything the account has is asked for: the password, and the code of the second factor. Sets a new cookie.',
        body: proofSchema,
        response: {
          200: answer,
          ...problems(
            ...(['request-invalid', 'not-signed-in', 'origin-refused', 'proof-refused'] as const),
            ...(['too-many-attempts', 'database-unavailable', 'second-factor-unavailable'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { session } = callerOf(request)
      await countProof(redis, session.user.id)
      const account = await ownAccount(application, callerOf(request))
      if (!(await isProven(application, callerOf(request).access.scope, account, request.body)))
        throw new ApiProblem('proof-refused')
      const renewed = await sessions.renew(session, Date.now())
      setSessionCookie(reply, isHttps, renewed.token)
      return describeAccount(await ownAccount(application, callerOf(request)), renewed.session.provenAt)
    },
  )

  server.post(
    '/me/password',
    {
      config: { needsProof: true },
      schema: {
        tags: ['account'],
        summary: 'Choose another password',
        description: 'Needs a proof of the last ten minutes. Every other session ends.',
        body: passwordChangeSchema,
        response: {
          204: z.null().describe('Changed'),
          ...problems(
            ...(['request-invalid', 'password-too-common', 'not-signed-in', 'origin-refused'] as const),
            'database-unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const { access, session } = callerOf(request)
      const passwordHash = await hashNewPassword(request.body.password)
      await withScope(database, access.scope, async (queries) => {
        await setPassword(queries, access.scope, access.user.id, passwordHash)
        await recordAudit(queries, actorOf(request), [{ ...ownEvent(callerOf(request)), action: 'password.changed' }])
      })
      await sessions.endAllOf(access.user.id, session.tokenHash)
      return reply.code(204).send(null)
    },
  )
}

/** Whose log a change of one's own account is in, and what it is about. */
export function ownEvent({ access: { user } }: Caller) {
  return { organisationId: user.organisation.id, objectKind: 'user', objectId: String(user.id) }
}

/** @throws ApiProblem `not-signed-in` if the account is gone */
export async function ownAccount({ database }: Application, { access }: Caller): Promise<AccountRecord> {
  const { scope, user } = access
  const account = await withScope(database, scope, (queries) => findAccount(queries, scope, user.id))
  if (account === undefined) throw new ApiProblem('not-signed-in')
  return account
}

/** Whatever the account has must be right: a password, a second factor, or both. */
async function isProven(
  application: Application,
  scope: Scope,
  account: AccountRecord,
  { password, code }: z.infer<typeof proofSchema>,
): Promise<boolean> {
  if (account.passwordHash === null && !account.hasSecondFactor) return false
  if (account.passwordHash !== null && !(await verifyPassword(account.passwordHash, password ?? ''))) return false
  return !account.hasSecondFactor || isCodeRight({ ...application, scope }, account, code)
}

function describeAccount(account: AccountRecord, provenAt: number): Account {
  const provenUntil = provenAt + proofMs
  return {
    email: account.user.email,
    name: account.user.name,
    hasPassword: account.passwordHash !== null,
    secondFactor: { enabled: account.hasSecondFactor, recoveryCodesLeft: account.recoveryCodesLeft },
    provenUntil: provenUntil > Date.now() ? new Date(provenUntil).toISOString() : null,
  }
}
