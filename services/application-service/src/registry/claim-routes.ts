import { claimDevice, createClaimCode, systemScope } from '@stellacontrol/database'
import { claimCodeSchema, claimSchema, type RegistryDeviceView, registryDeviceSchema } from '@stellacontrol/protocol'
import { rateLimit } from '@stellacontrol/redis'
import { pause } from '@stellacontrol/runtime'
import type { Application } from '../application.ts'
import { serialParameter } from '../devices/device-routes.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { announceDevices, findOwnDevice, inRegistry, requireOrganisation, viewOf, wasHeardOf } from './registry-work.ts'

/** An installer with a van full of devices stays below; somebody who guesses does not get far. */
export const claimsPerPerson = 30
const claimWindowMs = 15 * 60_000
/** Every refusal takes this long: longer than any of its reasons takes to find, so that the time tells none of them. */
const refusalMs = 250

/** Codes of devices, and claiming with them. */
export function addClaimRoutes(server: ApiServer, application: Application): void {
  const { database } = application

  server.post(
    '/registry/devices/:serial/claim-code',
    {
      config: { needsProof: true },
      schema: {
        tags: ['registry'],
        summary: 'Make the code with which a device is claimed',
        description: 'Works once, for 15 minutes; an earlier code ends. For who may give the device away.',
        params: serialParameter,
        response: {
          200: claimCodeSchema.meta({ examples: [examples.claimCode] }),
          ...problems('device-not-found', 'not-signed-in', 'forbidden', 'state-change-refused', 'database-unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      const { serial } = request.params
      const made = await inRegistry(database, access.scope, async (queries) => {
        await findOwnDevice(queries, access, serial, 'devices.transfer')
        return createClaimCode(queries, access.scope, actorOf(request), serial)
      })
      void reply.header('cache-control', 'no-store')
      return { ...made, expiresAt: new Date(made.expiresAt).toISOString() }
    },
  )

  server.post(
    '/registry/claims',
    {
      schema: {
        tags: ['registry'],
        summary: 'Claim a device by its code',
        description:
          'Every refusal is the same: unknown serial, wrong, used or expired code, too many wrong ones (5), not to be claimed.',
        body: claimSchema,
        response: {
          200: registryDeviceSchema.meta({ examples: [examples.registryDevice] }),
          ...problems(
            ...(['request-invalid', 'not-signed-in', 'forbidden', 'organisation-not-found', 'site-not-found'] as const),
            ...(['claim-refused', 'too-many-attempts', 'database-unavailable', 'live-state-unavailable'] as const),
          ),
        },
      },
    },
    async (request): Promise<RegistryDeviceView> => {
      const { access } = callerOf(request)
      const { serial, organisationId } = request.body
      await inRegistry(database, access.scope, (queries) =>
        requireOrganisation(queries, access, organisationId, 'devices.claim'),
      )
      await countClaim(application, access.user.id)
      const startedAt = performance.now()
      const claim = { ...request.body, wasHeardOf: wasHeardOf(application, serial) }
      // The code is the right to a device that its holder cannot see yet.
      const claimed = await inRegistry(database, systemScope, (queries) =>
        claimDevice(queries, actorOf(request), claim),
      )
      if (claimed === undefined) {
        await pause(refusalMs - (performance.now() - startedAt))
        throw new ApiProblem('claim-refused')
      }
      await announceDevices(application, [serial])
      return viewOf(claimed)
    },
  )
}

async function countClaim({ redis }: Application, userId: number): Promise<void> {
  const key = redis.keys.claimAttempts(userId)
  const verdict = await rateLimit({ key, limit: claimsPerPerson, windowMs: claimWindowMs })
  if (verdict.allowed) return
  const headers = { 'retry-after': String(Math.ceil(verdict.retryAfterMs / 1000)) }
  throw new ApiProblem('too-many-attempts', undefined, { headers })
}
