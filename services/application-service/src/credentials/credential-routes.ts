import {
  type Actor,
  type Device,
  findDevice,
  giveCredential,
  listCredentials,
  type Queries,
  takeCredential,
  type ValidCredential,
  withScope,
} from '@stellacontrol/database'
import {
  type Credential,
  createdCredentialSchema,
  credentialListSchema,
  MessageType,
  newCredentialSchema,
} from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { acceptDeviceCertificate, describe, messageOf } from '@stellacontrol/runtime'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Application } from '../application.ts'
import { serialParameter } from '../devices/device-routes.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { requirePermission } from '../session/access.ts'

const path = '/registry/devices/:serial/credentials'
const oneParameter = serialParameter.extend({ id: z.coerce.number().int().positive().max(2_147_483_647) })
const failures = ['device-not-found', 'forbidden', 'not-signed-in', 'database-unavailable'] as const

/** What devices sign in with. Every change reaches the receivers in milliseconds. */
export function addCredentialRoutes(server: ApiServer, application: Application): void {
  server.get(
    path,
    {
      schema: {
        tags: ['registry'],
        summary: "A device's valid credentials, oldest first",
        params: serialParameter,
        response: { 200: credentialListSchema, ...problems(...failures) },
      },
    },
    async (request) =>
      withDevice(application, request, request.params.serial, async (queries, device) => ({
        items: (await listCredentials(queries, device.id)).map(credentialOf),
      })),
  )

  server.post(
    path,
    {
      config: { needsProof: true },
      schema: {
        tags: ['registry'],
        summary: 'Give a device a further credential',
        description:
          'A secret is shown once. The credential that the device uses stays valid until the new one is used first, 24 hours at ' +
          'most; never more than two are valid. A certificate must name the device: common name = serial, or the URI ' +
          '`urn:stellacontrol:device:<serial>`.',
        params: serialParameter,
        body: newCredentialSchema,
        response: { 201: createdCredentialSchema, ...problems('request-invalid', 'certificate-refused', ...failures) },
      },
    },
    async (request, reply) => {
      const { serial } = request.params
      const wanted = request.body
      const created = await withDevice(application, request, serial, async (queries, device) => {
        const given = wanted.kind === 'secret' ? wanted : readCertificate(wanted.certificatePem, serial)
        const { credential, secret } = await giveCredential(queries, actorOf(request), device, given)
        return { ...credentialOf(credential), secret }
      })
      await announceAccess(application, serial)
      return reply.code(201).header('cache-control', 'no-store').send(created)
    },
  )

  server.delete(
    `${path}/:id`,
    {
      config: { needsProof: true },
      schema: {
        tags: ['registry'],
        summary: 'Revoke a credential: whoever is connected with it is let go at once',
        params: oneParameter,
        response: {
          204: z.null().describe('Revoked'),
          ...problems('request-invalid', 'credential-not-found', ...failures),
        },
      },
    },
    async (request, reply) => {
      const { serial, id } = request.params
      await withDevice(application, request, serial, async (queries, device) => {
        const isRevoked = await takeCredential(queries, actorOf(request), device, id)
        if (!isRevoked) throw new ApiProblem('credential-not-found')
      })
      await announceAccess(application, serial)
      return reply.code(204).send(null)
    },
  )
}

/** Runs `work` on a device whose credentials the caller may manage, in one transaction. */
function withDevice<Result>(
  { database }: Application,
  request: FastifyRequest,
  serial: string,
  work: (queries: Queries, device: Device) => Promise<Result>,
): Promise<Result> {
  const { access } = callerOf(request)
  return withScope(database, access.scope, async (queries) => {
    const device = await findDevice(queries, access.scope, serial)
    if (device === undefined) throw new ApiProblem('device-not-found')
    requirePermission(access, 'devices.credentials', device.organisationId)
    return work(queries, device)
  })
}

function readCertificate(pem: string, serial: string) {
  try {
    return { kind: 'certificate' as const, ...acceptDeviceCertificate(pem, serial, Date.now()) }
  } catch (error) {
    throw new ApiProblem('certificate-refused', messageOf(error), { cause: error })
  }
}

/** The change is made whether the news gets out or not: receivers that hear nothing look for themselves within 15 s. */
async function announceAccess({ log }: Application, serialNumber: string): Promise<void> {
  try {
    await publishMessage({ message: createMessage(MessageType.DeviceAccessChanged, { serialNumber }) })
  } catch (error) {
    log.warn({ serial: serialNumber, error: describe(error) }, 'access.change-not-announced')
  }
}

function actorOf(request: FastifyRequest): Actor {
  const { user } = callerOf(request).access
  return { userId: user.id, actor: user.email, address: request.ip }
}

function credentialOf(credential: ValidCredential): Credential {
  const { id, kind, hash, createdAt, expiresAt, lastUsedAt, isKnownToEarlierOwner, isClaimOnly } = credential
  return {
    ...{ id, kind, isKnownToEarlierOwner, isClaimOnly },
    createdAt: momentOf(createdAt),
    expiresAt: expiresAt === null ? null : momentOf(expiresAt),
    lastUsedAt: lastUsedAt === null ? null : momentOf(lastUsedAt),
    fingerprint: kind === 'certificate' ? hash.toString('hex') : null,
  }
}

const momentOf = (moment: number) => new Date(moment).toISOString()
