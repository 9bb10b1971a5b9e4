import { type DeviceLifeState, firstState, type ImportReport } from '@stellacontrol/protocol'
import { deviceModels } from '@stellacontrol/protocol/models'
import { CodedError } from '@stellacontrol/runtime'
import { type Actor, recordAudit } from '../audit.ts'
import { eventOf } from '../change-devices.ts'
import type { Queries } from '../database.ts'
import { listDeviceRecordsOf } from '../device-records.ts'
import { findOrganisation } from '../organisations.ts'
import { type Scope, scopeParameter } from '../scope.ts'
import { type ImportPlan, type PlannedDevice, planImport } from './plan-import.ts'
import type { DeviceList } from './read-device-list.ts'

export interface ImportOptions {
  organisationId: number
  dryRun: boolean
  /** For the makers of devices: a serial is one device whoever owns it, so nobody else may take one. */
  mayAdd: boolean
}

/**
 * Brings the devices of an organisation up to date with a list, in the transaction it is called in: everything, or nothing if any line is
 * bad. New devices have no secret yet. Safe to repeat.
 *
 * @returns what was done, or with `dryRun` would be, and every bad line; and the serials that changed
 * @throws CodedError `organisation-not-found`; SQLSTATE 23505 if somebody adds one of the devices at the same time
 */
export async function importDevices(
  queries: Queries,
  scope: Scope,
  actor: Actor,
  list: DeviceList,
  { organisationId, dryRun, mayAdd }: ImportOptions,
): Promise<{ report: ImportReport; serials: string[] }> {
  const organisation = await findOrganisation(queries, scope, organisationId)
  if (organisation === undefined) throw new CodedError('organisation-not-found', `no organisation ${organisationId}`)
  const serials = list.devices.map(({ serial }) => serial)
  const known = await listDeviceRecordsOf(queries, scope, serials)
  const plan = planImport(list.devices, {
    known: new Map(known.map((device) => [device.serial, device])),
    organisationId,
    sites: await siteIds(queries, scope, organisationId),
    models: new Set(deviceModels.keys()),
    mayAdd,
  })
  const problems = [...list.problems, ...plan.problems].sort((left, right) => left.line - right.line)
  const { added, changed, unchanged } = plan
  const report = { dryRun, lines: list.lines, added: added.length, changed: changed.length, unchanged, problems }
  if (dryRun) return { report, serials: [] }
  if (problems.length > 0) return { report: { ...report, added: 0, changed: 0, unchanged: 0 }, serials: [] }
  await carryOut(queries, actor, organisationId, plan, firstState(organisation.kind))
  return { report, serials: [...added, ...changed.map(({ after }) => after)].map(({ serial }) => serial) }
}

async function siteIds(queries: Queries, scope: Scope, organisationId: number): Promise<Map<string, number>> {
  const rows = await queries.query<{ id: number; name: string }>(
    'select id, name from site where organisation_id = $2 and ($1::int[] is null or organisation_id = any($1))',
    [scopeParameter(scope), organisationId],
  )
  return new Map(rows.map(({ id, name }) => [name, id]))
}

const columns = `(serial text, model text, name text, "siteId" int, location text, latitude float8, longitude float8,
  tags text[], notes text)`

async function carryOut(
  queries: Queries,
  actor: Actor,
  organisationId: number,
  { added, changed }: ImportPlan,
  state: DeviceLifeState,
): Promise<void> {
  await queries.execute(
    `insert into device (serial, organisation_id, state, model, name, site_id, location, latitude, longitude, tags, notes)
     select serial, $2, $3, model, name, "siteId", location, latitude, longitude, tags, notes
     from jsonb_to_recordset($1::jsonb) as listed ${columns}`,
    [JSON.stringify(added), organisationId, state],
  )
  await queries.execute(
    `update device set name = listed.name, site_id = "siteId", location = listed.location, latitude = listed.latitude,
       longitude = listed.longitude, tags = listed.tags, notes = listed.notes
     from jsonb_to_recordset($1::jsonb) as listed ${columns} where device.serial = listed.serial and organisation_id = $2`,
    [JSON.stringify(changed.map(({ after }) => after)), organisationId],
  )
  await recordAudit(queries, actor, [
    ...added.map((device) => eventOf(organisationId, 'device.imported', device.serial, undefined, shown(device))),
    ...changed.map(({ before, after }) => {
      const { name, location, latitude, longitude, tags, notes } = before
      const past = { name, siteId: before.site?.id ?? null, location, latitude, longitude, tags, notes }
      return eventOf(organisationId, 'device.imported', after.serial, past, shown(after))
    }),
  ])
}

function shown({ serial: _, ...device }: PlannedDevice) {
  return device
}
