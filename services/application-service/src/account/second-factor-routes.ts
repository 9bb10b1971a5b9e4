import {
  beginSecondFactor,
  confirmSecondFactor,
  type Queries,
  recordAudit,
  removeSecondFactor,
  withScope,
} from '@stellacontrol/database'
import { recoveryCodesSchema, secondFactorConfirmationSchema, secondFactorSetUpSchema } from '@stellacontrol/protocol'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { newRecoveryCodes, newTotpSecret, ownerOf, stepOf } from '../session/second-factor.ts'
import { countProof } from '../session/sign-in-attempts.ts'
import { ownAccount, ownEvent } from './account-routes.ts'

const commonProblems = ['not-signed-in', 'origin-refused', 'database-unavailable'] as const

/** `/v1/me/second-factor`: one-time passwords of an authenticator app. */
export function addSecondFactorRoutes(server: ApiServer, application: Application): void {
  const { database, keyring, redis } = application

  server.post(
    '/me/second-factor',
    {
      config: { needsProof: true },
      schema: {
        tags: ['account'],
        summary: 'Begin to set up a second factor',
        description: 'Needs a proof of the last ten minutes. Codes are asked for once a first one has confirmed it.',
        response: {
          200: secondFactorSetUpSchema.meta({ examples: [examples.secondFactorSetUp] }),
          ...problems('second-factor-enabled', 'second-factor-unavailable', ...commonProblems),
        },
      },
    },
    async (request, reply) => {
      if (!keyring.isSet) throw new ApiProblem('second-factor-unavailable')
      const { user, scope } = callerOf(request).access
      const { secret, base32, uri } = newTotpSecret(user.email)
      const sealed = keyring.seal(secret, ownerOf(user.id))
      const isBegun = await withScope(database, scope, (queries) => beginSecondFactor(queries, scope, user.id, sealed))
      if (!isBegun) throw new ApiProblem('second-factor-enabled')
      void reply.header('cache-control', 'no-store')
      return { secret: base32, uri }
    },
  )

  server.post(
    '/me/second-factor/confirm',
    {
      config: { needsProof: true },
      schema: {
        tags: ['account'],
        summary: 'Confirm the second factor with a first code',
        description: 'From now on signing in asks for codes. Answers with the recovery codes, this once.',
        body: secondFactorConfirmationSchema,
        response: {
          200: recoveryCodesSchema.meta({ examples: [examples.recoveryCodes] }),
          ...problems(
            ...(['request-invalid', 'code-refused', 'second-factor-enabled', 'second-factor-not-begun'] as const),
            ...(['second-factor-unavailable', 'too-many-attempts', ...commonProblems] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      if (!keyring.isSet) throw new ApiProblem('second-factor-unavailable')
      const { user, scope } = callerOf(request).access
      await countProof(redis, user.id)
      const account = await ownAccount(application, callerOf(request))
      if (account.hasSecondFactor) throw new ApiProblem('second-factor-enabled')
      if (account.totpSecret === null) throw new ApiProblem('second-factor-not-begun')
      const step = stepOf(keyring.open(account.totpSecret, ownerOf(user.id)), request.body.code, Date.now())
      if (step === undefined) throw new ApiProblem('code-refused')
      const { codes, hashes } = newRecoveryCodes()
      await withScope(database, scope, async (queries) => {
        const confirmed = await confirmSecondFactor(queries, scope, user.id, { step, recoveryCodeHashes: hashes })
        if (!confirmed) throw new ApiProblem('second-factor-enabled')
        await record(queries, request, 'secondFactor.enabled')
      })
      void reply.header('cache-control', 'no-store')
      return { codes }
    },
  )

  server.delete(
    '/me/second-factor',
    {
      config: { needsProof: true },
      schema: {
        tags: ['account'],
        summary: 'Remove the second factor',
        description: 'Needs a proof of the last ten minutes, which has asked for a code.',
        response: { 204: z.null().describe('Removed'), ...problems('second-factor-not-begun', ...commonProblems) },
      },
    },
    async (request, reply) => {
      const { user, scope } = callerOf(request).access
      await withScope(database, scope, async (queries) => {
        if (!(await removeSecondFactor(queries, scope, user.id))) throw new ApiProblem('second-factor-not-begun')
        await record(queries, request, 'secondFactor.disabled')
      })
      return reply.code(204).send(null)
    },
  )
}

function record(queries: Queries, request: FastifyRequest, action: string): Promise<void> {
  return recordAudit(queries, actorOf(request), [{ ...ownEvent(callerOf(request)), action }])
}
