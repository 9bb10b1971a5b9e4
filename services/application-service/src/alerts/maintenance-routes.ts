import { windowState } from '@stellacontrol/alerts'
import {
  changeWindow,
  createWindow,
  findDeviceRecord,
  findSite,
  listWindows,
  lockWindow,
  type Queries,
  recordAudit,
  removeWindow,
  type WindowRow,
  type WindowTimes,
  withScope,
} from '@stellacontrol/database'
import {
  idParameter,
  type MaintenanceWindow,
  maintenanceListSchema,
  maintenanceQuerySchema,
  maintenanceWindowSchema,
  newWindowSchema,
  type WindowChange,
  windowChangeSchema,
} from '@stellacontrol/protocol'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { organisationFor } from '../people/refusals.ts'
import { type Access, requirePermission } from '../session/access.ts'
import { announceRules } from './announce-rules.ts'
import { endedAt, wrongTimes } from './check-window.ts'
import { iso, isoOrNull } from './incident-views.ts'

const tags = ['alert rules']
const common = ['request-invalid', 'not-signed-in', 'database-unavailable'] as const
const changing = ['forbidden', 'origin-refused', ...common] as const
const placeMissing = ['organisation-not-found', 'site-not-found', 'device-not-found'] as const

/** Times in which incidents are recorded and nobody is told. */
export function addMaintenanceRoutes(server: ApiServer, application: Application): void {
  const { database } = application

  server.get(
    '/maintenance-windows',
    {
      schema: {
        ...{ tags, summary: 'Maintenance windows, those that begin last first', querystring: maintenanceQuerySchema },
        response: { 200: maintenanceListSchema, ...problems(...common) },
      },
    },
    async (request) => {
      const { scope } = callerOf(request).access
      const { organisation, state } = request.query
      const rows = await withScope(database, scope, (queries) => listWindows(queries, scope, organisation))
      return { items: rows.map(viewOf).filter((window) => state === undefined || window.state === state) }
    },
  )

  server.post(
    '/maintenance-windows',
    {
      schema: {
        ...{ tags, summary: 'Plan a maintenance window', body: newWindowSchema },
        response: { 201: maintenanceWindowSchema, ...problems(...placeMissing, ...changing) },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      const { organisationId, siteId, serial, ...given } = request.body
      const times = checkedTimes(timesOf(given))
      const actor = actorOf(request)
      const created = await withScope(database, access.scope, async (queries) => {
        await organisationFor(queries, access, 'maintenance.edit', organisationId)
        const deviceId = await placeFor(queries, organisationId, siteId, serial)
        const id = await createWindow(queries, { ...times, organisationId, siteId, deviceId, createdBy: actor.actor })
        await audit(queries, actor, organisationId, id, 'created', { after: request.body })
        return windowFor(queries, access, id)
      })
      await announceRules(application)
      return reply.code(201).send(viewOf(created))
    },
  )

  server.patch(
    '/maintenance-windows/:id',
    {
      schema: {
        ...{ tags, summary: 'Change when and why it is', params: idParameter, body: windowChangeSchema },
        response: { 200: maintenanceWindowSchema, ...problems('window-not-found', ...changing) },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const changed = await withScope(database, access.scope, async (queries) => {
        const window = await editableWindow(queries, access, request.params.id)
        const after = changedTimes(window, request.body)
        await changeWindow(queries, window.id, after)
        await audit(queries, actorOf(request), window.organisation.id, window.id, 'changed', {
          before: readable(window),
          after: readable(after),
        })
        return { ...window, ...after }
      })
      await announceRules(application)
      return viewOf(changed)
    },
  )

  server.post(
    '/maintenance-windows/:id/end',
    {
      schema: {
        ...{ tags, summary: 'End it now', params: idParameter },
        description: 'One that has not begun is removed, and answered as it was; a weekly one does not come again.',
        response: { 200: maintenanceWindowSchema, ...problems('window-not-found', ...changing) },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const ended = await withScope(database, access.scope, async (queries) => {
        const window = await editableWindow(queries, access, request.params.id)
        const after = endedAt(window, Date.now())
        if (after === undefined) await removeWindow(queries, window.id)
        else await changeWindow(queries, window.id, after)
        await audit(queries, actorOf(request), window.organisation.id, window.id, 'ended', { before: readable(window) })
        return { ...window, ...after }
      })
      await announceRules(application)
      return viewOf(ended)
    },
  )
}

function audit(
  queries: Queries,
  actor: ReturnType<typeof actorOf>,
  organisationId: number,
  id: number,
  what: 'created' | 'changed' | 'ended',
  change: { before?: unknown; after?: unknown },
): Promise<void> {
  const object = { objectKind: 'maintenanceWindow', objectId: String(id) }
  return recordAudit(queries, actor, [{ organisationId, action: `maintenanceWindow.${what}`, ...object, ...change }])
}

/** The id of the device, if the window is of one. @throws ApiProblem for a place that is not the organisation's */
async function placeFor(
  queries: Queries,
  organisationId: number,
  siteId: number | null,
  serial: string | null,
): Promise<number | null> {
  if (siteId !== null && serial !== null) throw new ApiProblem('request-invalid', 'name a site or a device, not both')
  const scope = { kind: 'organisations', ids: [organisationId] } as const
  if (siteId !== null && !(await findSite(queries, scope, siteId))) throw new ApiProblem('site-not-found')
  if (serial === null) return null
  const device = await findDeviceRecord(queries, scope, serial)
  if (device === undefined) throw new ApiProblem('device-not-found')
  return device.id
}

async function windowFor(queries: Queries, { scope }: Access, id: number): Promise<WindowRow> {
  const window = await lockWindow(queries, scope, id)
  if (window === undefined) throw new ApiProblem('window-not-found')
  return window
}

async function editableWindow(queries: Queries, access: Access, id: number): Promise<WindowRow> {
  const window = await windowFor(queries, access, id)
  requirePermission(access, 'maintenance.edit', window.organisation.id)
  return window
}

function timesOf(given: Required<WindowChange>): WindowTimes {
  const { repeatsUntil } = given
  return {
    ...given,
    ...{ startsAt: Date.parse(given.startsAt), endsAt: Date.parse(given.endsAt) },
    repeatsUntil: repeatsUntil === null ? null : Date.parse(repeatsUntil),
  }
}

function changedTimes(window: WindowRow, change: WindowChange): WindowTimes {
  return checkedTimes(timesOf({ ...readable(window), ...change }))
}

function readable({ startsAt, endsAt, repeats, repeatsUntil, timeZone, reason }: WindowTimes): Required<WindowChange> {
  const times = { startsAt: iso(startsAt), endsAt: iso(endsAt), repeatsUntil: isoOrNull(repeatsUntil) }
  return { ...times, repeats, timeZone, reason }
}

/** @throws ApiProblem `request-invalid` with the fields that are wrong */
function checkedTimes(times: WindowTimes): WindowTimes {
  const fields = wrongTimes(times)
  if (fields.length === 0) return times
  const detail = fields.map(({ field, message }) => `${field}: ${message}`).join('; ')
  throw new ApiProblem('request-invalid', detail, { fields })
}

function viewOf(window: WindowRow): MaintenanceWindow {
  const { startsAt, endsAt, repeatsUntil, createdAt } = window
  return {
    ...window,
    ...{ startsAt: iso(startsAt), endsAt: iso(endsAt), repeatsUntil: isoOrNull(repeatsUntil) },
    ...{ createdAt: iso(createdAt), state: windowState(window, Date.now()) },
  }
}
