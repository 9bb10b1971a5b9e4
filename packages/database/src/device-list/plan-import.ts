import type { DeviceRecord } from '../device-records.ts'
import type { ListedDevice, ListProblem } from './read-device-list.ts'

/** What the registry holds that a list of devices can mean. */
export interface ImportSurroundings {
  /** Devices of the list that whoever imports may see, by serial. */
  known: ReadonlyMap<string, DeviceRecord>
  organisationId: number
  /** Sites of the organisation, by name. */
  sites: ReadonlyMap<string, number>
  models: ReadonlySet<string>
  /** False = every device of the list must be the organisation's already. */
  mayAdd: boolean
}

export interface PlannedDevice {
  serial: string
  model: string
  name: string
  siteId: number | null
  location: string
  latitude: number | null
  longitude: number | null
  tags: string[]
  notes: string
}

export interface ImportPlan {
  added: PlannedDevice[]
  changed: { before: DeviceRecord; after: PlannedDevice }[]
  unchanged: number
  problems: ListProblem[]
}

/** Decides what an import does. Pure. What a list does not say stays as it is. */
export function planImport(devices: readonly ListedDevice[], surroundings: ImportSurroundings): ImportPlan {
  const plan: ImportPlan = { added: [], changed: [], unchanged: 0, problems: [] }
  for (const device of devices) {
    const before = surroundings.known.get(device.serial)
    const problems = problemsOf(device, before, surroundings)
    plan.problems.push(...problems)
    if (problems.length > 0) continue
    const after = plannedOf(device, before, surroundings)
    if (before === undefined) plan.added.push(after)
    else if (isSame(before, after)) plan.unchanged++
    else plan.changed.push({ before, after })
  }
  return plan
}

function problemsOf(
  device: ListedDevice,
  before: DeviceRecord | undefined,
  { organisationId, sites, models, mayAdd }: ImportSurroundings,
): ListProblem[] {
  const problems: ListProblem[] = []
  const note = (column: string, value: string, problem: string) =>
    problems.push({ line: device.line, column, value: value.slice(0, 100), problem })
  const { serial, model, site } = device
  if (before && before.organisation.id !== organisationId && mayAdd) {
    note('serial', serial, 'belongs to another organisation')
  } else if (!mayAdd && before?.organisation.id !== organisationId) {
    note('serial', serial, 'not a device of this organisation')
  } else if (before === undefined) {
    if (!models.has(model ?? '')) note('model', model ?? '', 'no such model')
  } else if (model && model !== before.model) {
    note('model', model, `a device keeps its model, ${before.model}`)
  }
  if (site && !sites.has(site)) note('site', site, 'no such site in this organisation')
  const position = [positionOf(device.latitude, before?.latitude), positionOf(device.longitude, before?.longitude)]
  const isHalf = device.latitude === undefined || device.longitude === undefined
  if (isHalf && (position[0] === null) !== (position[1] === null)) {
    note('latitude', '', 'a position has a latitude and a longitude, or neither')
  }
  return problems
}

function positionOf(listed: number | null | undefined, before: number | null | undefined): number | null {
  return listed === undefined ? (before ?? null) : listed
}

function plannedOf(
  device: ListedDevice,
  before: DeviceRecord | undefined,
  { sites }: ImportSurroundings,
): PlannedDevice {
  const { serial, site } = device
  return {
    serial,
    model: before?.model ?? device.model ?? '',
    name: device.name || before?.name || serial,
    siteId: site === undefined ? (before?.site?.id ?? null) : (sites.get(site) ?? null),
    location: device.location ?? before?.location ?? '',
    latitude: positionOf(device.latitude, before?.latitude),
    longitude: positionOf(device.longitude, before?.longitude),
    tags: device.tags ?? before?.tags ?? [],
    notes: device.notes ?? before?.notes ?? '',
  }
}

function isSame(before: DeviceRecord, after: PlannedDevice): boolean {
  return (
    before.name === after.name &&
    (before.site?.id ?? null) === after.siteId &&
    before.location === after.location &&
    before.latitude === after.latitude &&
    before.longitude === after.longitude &&
    before.tags.join('\n') === after.tags.join('\n') &&
    before.notes === after.notes
  )
}
