import { windowState } from '@stellacontrol/alerts'
import {
  type MaintenanceWindow,
  maintenanceListSchema,
  maintenanceQuerySchema,
  maintenanceWindowSchema,
  mayDo,
  newWindowSchema,
  windowChangeSchema,
} from '@stellacontrol/protocol'
import { type MadeUpAnswer, ok, problem, type SignedIn } from './made-up-answer.ts'
import type { MadeUpRegistry } from './made-up-registry.ts'

export function answerWindows(registry: MadeUpRegistry, request: SignedIn, [id, action]: string[]): MadeUpAnswer {
  const { method, url, body, person } = request
  const { windows } = registry
  if (method === 'GET') {
    const { organisation } = maintenanceQuerySchema.parse(Object.fromEntries(url.searchParams))
    const visible = registry.visibleTo(person)
    const items = windows
      .filter(({ organisation: owner }) => visible.has(owner.id) && (organisation ?? owner.id) === owner.id)
      .sort((left, right) => (left.startsAt < right.startsAt ? 1 : -1))
    return ok(maintenanceListSchema.parse({ items: items.map(withState) }))
  }
  if (!person.memberships.some(({ role }) => mayDo(role, 'maintenance.edit'))) return problem(403, 'forbidden')
  if (id === undefined) return plan(registry, request)
  const index = windows.findIndex((window) => window.id === Number(id))
  const window = windows[index]
  if (window === undefined) return problem(404, 'window-not-found')
  if (action === 'end') {
    const isPlanned = withState(window).state === 'planned'
    if (isPlanned) windows.splice(index, 1)
    else if (window.repeats === 'weekly') window.repeatsUntil = now()
    else window.endsAt = now()
    return ok(maintenanceWindowSchema.parse(withState(window)))
  }
  const after = { ...window, ...windowChangeSchema.parse(body) }
  const fields = wrongTimes(after)
  if (fields.length > 0) return problem(400, 'request-invalid', fields)
  return ok(maintenanceWindowSchema.parse(withState(Object.assign(window, after))))
}

function plan(registry: MadeUpRegistry, { body, person }: SignedIn): MadeUpAnswer {
  const { organisationId, siteId, serial, ...facts } = newWindowSchema.parse(body)
  const fields = wrongTimes(facts)
  if (fields.length > 0) return problem(400, 'request-invalid', fields)
  const site = registry.sites.find((one) => one.id === siteId)
  const device = serial === null ? undefined : registry.device(serial)
  const window: MaintenanceWindow = {
    ...facts,
    ...{ id: registry.windows.length + 1, organisation: registry.referenceOf(organisationId), state: 'planned' },
    site: site === undefined ? null : { id: site.id, name: site.name },
    device: device === undefined ? null : { serial: device.serial, name: device.name },
    ...{ createdBy: person.email, createdAt: now() },
  }
  registry.windows.push(window)
  return { status: 201, body: maintenanceWindowSchema.parse(withState(window)) }
}

function wrongTimes({ startsAt, endsAt }: { startsAt: string; endsAt: string }) {
  return endsAt > startsAt ? [] : [{ field: 'endsAt', message: 'is not after startsAt' }]
}

function withState(window: MaintenanceWindow): MaintenanceWindow {
  const { startsAt, endsAt, repeatsUntil } = window
  const times = {
    ...window,
    ...{ startsAt: Date.parse(startsAt), endsAt: Date.parse(endsAt) },
    repeatsUntil: repeatsUntil === null ? null : Date.parse(repeatsUntil),
  }
  return { ...window, state: windowState(times, Date.now()) }
}

const now = () => new Date().toISOString()
