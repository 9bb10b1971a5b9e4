import {
  type DeviceDetail,
  type DeviceList,
  deviceDetailSchema,
  deviceListQuerySchema,
  deviceListSchema,
  deviceStatusSchema,
  fleetSummarySchema,
} from '@stellacontrol/protocol'
import {
  bandSpecificationSchema,
  bandSpecifications,
  deviceModelSchema,
  deviceModels,
} from '@stellacontrol/protocol/models'
import { readStatuses } from '@stellacontrol/redis'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Application } from '../application.ts'
import { detailOf, type FleetDevice, isOfEarlierOwner, summaryOf } from '../fleet/fleet-device.ts'
import { listDevices } from '../fleet/list-devices.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { identityOf, receivedAtOf } from '../live/status-store.ts'

/** A serial that cannot exist is simply not found. */
export const serialParameter = z.object({ serial: z.string().max(64).describe('serial number of the device') })

export function addDeviceRoutes(server: ApiServer, application: Application): void {
  const { index, figures } = application

  server.get(
    '/devices',
    {
      schema: {
        tags: ['devices'],
        summary: 'The fleet, page by page',
        description:
          'Sorted by `severity` (the default), worst first: critical, major, minor, then offline, stale, never seen, and what ' +
          'is well. Devices without the value that is sorted by come last. Equal ones are in the order of their serials.',
        querystring: deviceListQuerySchema,
        response: {
          200: deviceListSchema.meta({ examples: [examples.list] }),
          ...problems('request-invalid', 'cursor-invalid', 'not-signed-in', 'fleet-not-loaded'),
        },
      },
    },
    async (request): Promise<DeviceList> => {
      requireFleet(application)
      const { access } = callerOf(request)
      const page = listDevices(index.visibleTo(access).values(), request.query)
      const items = page.devices.map((device) => summaryOf(device, index.areConnectionsKnown))
      return { items, total: page.total, nextCursor: page.nextCursor }
    },
  )

  server.get(
    '/devices/:serial',
    {
      schema: {
        tags: ['devices'],
        summary: 'One device',
        params: serialParameter,
        response: {
          200: deviceDetailSchema.meta({ examples: [examples.detail] }),
          ...problems('device-not-found', 'not-signed-in', 'fleet-not-loaded'),
        },
      },
    },
    async (request): Promise<DeviceDetail> =>
      detailOf(findVisibleDevice(application, request, request.params.serial), index.areConnectionsKnown),
  )

  server.get(
    '/devices/:serial/status',
    {
      schema: {
        tags: ['devices'],
        summary: 'The latest status, with every value',
        description: 'As it is stored. Its ETag changes with every report: ask again with `If-None-Match`.',
        params: serialParameter,
        response: {
          200: deviceStatusSchema.meta({ examples: [examples.status] }),
          304: z.null().describe('Not changed'),
          ...problems('device-not-found', 'status-not-found', 'not-signed-in', 'live-state-unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { registered } = findVisibleDevice(application, request, request.params.serial)
      const { serial } = registered
      const [json] = await readStatuses(application.redis.state, application.redis.keys, [serial])
      if (json === undefined || isOfEarlierOwner(registered, receivedAtOf(json)))
        throw new ApiProblem('status-not-found')
      const identity = identityOf(json)
      const tag = `"${identity?.bootId}-${identity?.sequence}"`
      void reply.header('etag', tag).header('cache-control', 'private, no-cache')
      if (isKnown(request.headers['if-none-match'], tag)) return reply.code(304).send(null)
      // Stored JSON goes out as it is, neither parsed nor made again.
      return (reply as FastifyReply).type('application/json; charset=utf-8').serializer(String).send(json)
    },
  )

  server.get(
    '/fleet',
    {
      schema: {
        tags: ['devices'],
        summary: 'The figures above the fleet table',
        response: {
          200: fleetSummarySchema.meta({ examples: [examples.fleet] }),
          ...problems('not-signed-in', 'fleet-not-loaded'),
        },
      },
    },
    async (request) => {
      requireFleet(application)
      return figures.summary(callerOf(request).access, Date.now())
    },
  )

  server.get(
    '/models',
    {
      schema: {
        tags: ['devices'],
        summary: 'Device models and bands',
        response: {
          200: z.object({ models: z.array(deviceModelSchema), bands: z.array(bandSpecificationSchema) }),
          ...problems('not-signed-in'),
        },
      },
    },
    async () => ({ models: [...deviceModels.values()], bands: [...bandSpecifications.values()] }),
  )
}

function requireFleet({ index }: Application): void {
  if (!index.isLoaded) throw new ApiProblem('fleet-not-loaded')
}

/** The device, if the caller may see it; one of somebody else does not exist for the caller. */
export function findVisibleDevice(application: Application, request: FastifyRequest, serial: string): FleetDevice {
  const device = application.index.visibleTo(callerOf(request).access).get(serial)
  if (device) return device
  requireFleet(application)
  throw new ApiProblem('device-not-found')
}

function isKnown(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some((known) => known.trim().replace(/^W\//, '') === tag)
}
