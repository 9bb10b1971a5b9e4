import { addNewDevice, changeDeviceState, editDevice, listAudit, transferDevice } from '@stellacontrol/database'
import {
  createdDeviceSchema,
  deviceChangeSchema,
  deviceEventListSchema,
  deviceEventQuerySchema,
  mayDo,
  newDeviceSchema,
  type RegistryDeviceView,
  registryDeviceSchema,
  type StateChange,
  stateChangePermissions,
  stateChangeSchema,
  transferSchema,
} from '@stellacontrol/protocol'
import { deviceModels } from '@stellacontrol/protocol/models'
import type { Application } from '../application.ts'
import { serialParameter } from '../devices/device-routes.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { announceDevices, findOwnDevice, inRegistry, requireOrganisation, viewOf, wasHeardOf } from './registry-work.ts'

const one = registryDeviceSchema.meta({ examples: [examples.registryDevice] })
const common = ['request-invalid', 'not-signed-in', 'device-not-found', 'database-unavailable'] as const

/** The registry, device by device. */
export function addRegistryRoutes(server: ApiServer, application: Application): void {
  addReadingRoutes(server, application)
  addChangingRoutes(server, application)
  addHandoverRoutes(server, application)
}

function addReadingRoutes(server: ApiServer, { database }: Application): void {
  server.get(
    '/registry/devices/:serial',
    {
      schema: {
        tags: ['registry'],
        summary: 'What the registry says of a device',
        params: serialParameter,
        response: { 200: one, ...problems(...common) },
      },
    },
    async (request): Promise<RegistryDeviceView> => {
      const { access } = callerOf(request)
      return inRegistry(database, access.scope, async (queries) =>
        viewOf(await findOwnDevice(queries, access, request.params.serial)),
      )
    },
  )

  server.get(
    '/registry/devices/:serial/events',
    {
      schema: {
        tags: ['registry'],
        summary: 'What happened to a device, newest first',
        description: 'For everybody who may see the device; of the time in which it belonged to whom they may see.',
        params: serialParameter,
        querystring: deviceEventQuerySchema,
        response: { 200: deviceEventListSchema, ...problems(...common, 'cursor-invalid') },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const { limit, cursor: text } = request.query
      const cursor = text === undefined ? undefined : Number(text)
      if (cursor !== undefined && !(Number.isSafeInteger(cursor) && cursor > 0)) throw new ApiProblem('cursor-invalid')
      return inRegistry(database, access.scope, async (queries) => {
        const { serial: objectId } = await findOwnDevice(queries, access, request.params.serial)
        // An event stands in the log of whoever owned the device then.
        const query = { objectKind: 'device', objectId, limit: limit + 1, cursor }
        const events = await listAudit(queries, access.scope, query)
        const items = events
          .slice(0, limit)
          .map(({ at, actor, action, before, after }) => ({ at: iso(at), actor, action, before, after }))
        const last = events.length > limit ? events[limit - 1] : undefined
        return { items, nextCursor: last === undefined ? null : String(last.id) }
      })
    },
  )
}

function addChangingRoutes(server: ApiServer, application: Application): void {
  const { database } = application

  server.post(
    '/registry/devices',
    {
      schema: {
        tags: ['registry'],
        summary: 'Add a device',
        description:
          "For the manufacturer's people: a serial is one device, whoever owns it, so nobody else can take one. The secret is " +
          'in this answer and nowhere else.',
        body: newDeviceSchema,
        response: {
          200: createdDeviceSchema.meta({ examples: [{ ...examples.registryDevice, secret: 'shown once' }] }),
          ...problems(
            ...(['request-invalid', 'not-signed-in', 'forbidden', 'organisation-not-found', 'site-not-found'] as const),
            ...(['serial-taken', 'model-unknown', 'database-unavailable'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      if (!mayDo(access.everywhere, 'devices.import')) throw new ApiProblem('forbidden')
      if (!deviceModels.has(request.body.model)) throw new ApiProblem('model-unknown')
      const { device, secret } = await inRegistry(database, access.scope, (queries) =>
        addNewDevice(queries, access.scope, actorOf(request), request.body),
      )
      await announceDevices(application, [device.serial])
      void reply.header('cache-control', 'no-store')
      return { ...viewOf(device), secret }
    },
  )

  server.patch(
    '/registry/devices/:serial',
    {
      schema: {
        tags: ['registry'],
        summary: 'Change name, site, place, tags or notes of a device',
        params: serialParameter,
        body: deviceChangeSchema,
        response: { 200: one, ...problems(...common, 'forbidden', 'site-not-found') },
      },
    },
    async (request): Promise<RegistryDeviceView> => {
      const { access } = callerOf(request)
      const { serial } = request.params
      const device = await inRegistry(database, access.scope, async (queries) => {
        await findOwnDevice(queries, access, serial, 'devices.edit')
        return editDevice(queries, access.scope, actorOf(request), serial, request.body)
      })
      await announceDevices(application, [serial])
      return viewOf(device)
    },
  )

  server.post(
    '/registry/devices/:serial/state',
    {
      config: { needsProof: (body) => isFinal((body as StateChange).state) },
      schema: {
        tags: ['registry'],
        summary: 'Suspend a device, activate it again, revoke or retire it',
        description:
          'Operators suspend and activate; administrators revoke and retire, and both are final: they need a proof of the last ' +
          'ten minutes.',
        params: serialParameter,
        body: stateChangeSchema,
        response: { 200: one, ...problems(...common, 'forbidden', 'state-change-refused') },
      },
    },
    async (request): Promise<RegistryDeviceView> => {
      const { access } = callerOf(request)
      const { serial } = request.params
      const { state } = request.body
      const device = await inRegistry(database, access.scope, async (queries) => {
        await findOwnDevice(queries, access, serial, stateChangePermissions[state])
        return changeDeviceState(queries, access.scope, actorOf(request), serial, state)
      })
      await announceDevices(application, [serial])
      return viewOf(device)
    },
  )
}

function addHandoverRoutes(server: ApiServer, application: Application): void {
  const { database } = application

  server.post(
    '/registry/devices/:serial/transfer',
    {
      config: { needsProof: true },
      schema: {
        tags: ['registry'],
        summary: 'Give a device to another organisation',
        description:
          'For whoever may at both of them. Name, site, place, tags and notes stay behind, claim codes die, and the new owner sees ' +
          'history from then on.',
        params: serialParameter,
        body: transferSchema,
        response: { 200: one, ...problems(...common, 'forbidden', 'organisation-not-found', 'site-not-found') },
      },
    },
    async (request): Promise<RegistryDeviceView> => {
      const { access } = callerOf(request)
      const { serial } = request.params
      const device = await inRegistry(database, access.scope, async (queries) => {
        await findOwnDevice(queries, access, serial, 'devices.transfer')
        await requireOrganisation(queries, access, request.body.organisationId, 'devices.transfer')
        const to = { ...request.body, wasHeardOf: wasHeardOf(application, serial) }
        return transferDevice(queries, access.scope, actorOf(request), serial, to)
      })
      await announceDevices(application, [serial])
      return viewOf(device)
    },
  )
}

/** What nobody can take back. */
function isFinal(state: StateChange['state']): boolean {
  return state === 'revoked' || state === 'retired'
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
