import { CodedError } from '@stellacontrol/runtime'
import { type Database, type Queries, withTransaction } from './database.ts'
import { hashSecret } from './device-credentials.ts'
import { ensureOrganisation } from './organisations.ts'

/** A fleet whose secrets exist already: simulated devices, or a production line's list. The simulator's `Fleet` fits. */
export interface FleetRegistration {
  /** Customers of the manufacturer. */
  organisations: readonly { name: string }[]
  sites: readonly {
    name: string
    /** Name of its organisation. */
    organisation: string
    kind: string
    /** IANA name. */
    timeZone: string
    latitude: number
    longitude: number
    address: string
  }[]
  devices: readonly {
    serial: string
    secret: string
    model: string
    name: string
    /** Name of its site, unique in this fleet. */
    site: string
  }[]
}

/** The organisation at the top of an installation. */
export const defaultManufacturer = 'StellaControl'

/**
 * Puts a fleet into the registry, or brings the registry up to date with it: organisations and sites by name, devices by serial.
 * A device that exists keeps its owner and site: somebody may have claimed it.
 * A device to which the given secret is new has exactly this one afterwards. One transaction, a handful of statements; safe to repeat.
 *
 * @throws CodedError `fleet-inconsistent` if a site or device names something that is not in the fleet
 */
export async function registerFleet(
  database: Database,
  fleet: FleetRegistration,
  manufacturer = defaultManufacturer,
): Promise<{ manufacturerId: number; organisations: number; sites: number; devices: number }> {
  checkReferences(fleet)
  return withTransaction(
    database,
    async (transaction) => {
      const top = await ensureOrganisation(transaction, { parentId: null, kind: 'manufacturer', name: manufacturer })
      await upsertOrganisations(transaction, fleet, top.id)
      await upsertSites(transaction, fleet, top.id)
      await upsertDevices(transaction, fleet, top.id)
      await setSecrets(transaction, fleet)
      const { organisations, sites, devices } = fleet
      return {
        manufacturerId: top.id,
        organisations: organisations.length,
        sites: sites.length,
        devices: devices.length,
      }
    },
    { statementTimeoutMs: 60_000 },
  )
}

function checkReferences({ organisations, sites, devices }: FleetRegistration): void {
  const organisationNames = new Set(organisations.map(({ name }) => name))
  const siteNames = new Set(sites.map(({ name }) => name))
  const lostSite = sites.find((site) => !organisationNames.has(site.organisation))
  if (lostSite)
    throw new CodedError('fleet-inconsistent', `site ${lostSite.name}: no organisation ${lostSite.organisation}`)
  const lostDevice = devices.find((device) => !siteNames.has(device.site))
  if (lostDevice) throw new CodedError('fleet-inconsistent', `device ${lostDevice.serial}: no site ${lostDevice.site}`)
  if (siteNames.size !== sites.length) throw new CodedError('fleet-inconsistent', 'two sites have one name')
}

async function upsertOrganisations(queries: Queries, fleet: FleetRegistration, parentId: number): Promise<void> {
  await queries.query(
    `insert into organisation (parent_id, kind, name)
     select distinct $1::int, 'customer', name from unnest($2::text[]) as customer (name)
     on conflict (parent_id, name) do nothing`,
    [parentId, fleet.organisations.map(({ name }) => name)],
  )
}

async function upsertSites(queries: Queries, { sites }: FleetRegistration, parentId: number): Promise<void> {
  await queries.query(
    `insert into site (organisation_id, name, kind, time_zone, latitude, longitude, address)
     select organisation.id, new.name, new.kind, time_zone, latitude, longitude, address
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[], $8::text[])
       as new (name, organisation, kind, time_zone, latitude, longitude, address)
     join organisation on organisation.name = new.organisation and parent_id = $1
     on conflict (organisation_id, name) do update
       set kind = excluded.kind, time_zone = excluded.time_zone, latitude = excluded.latitude,
         longitude = excluded.longitude, address = excluded.address`,
    [
      parentId,
      sites.map((site) => site.name),
      sites.map((site) => site.organisation),
      sites.map((site) => site.kind),
      sites.map((site) => site.timeZone),
      sites.map((site) => site.latitude),
      sites.map((site) => site.longitude),
      sites.map((site) => site.address),
    ],
  )
}

async function upsertDevices(queries: Queries, { sites, devices }: FleetRegistration, parentId: number): Promise<void> {
  const organisationOf = new Map(sites.map((site) => [site.name, site.organisation]))
  await queries.query(
    `insert into device (serial, organisation_id, site_id, model, name, activated_at)
     select serial, organisation.id, site.id, model, new.name, now()
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       as new (serial, model, name, site, organisation)
     join organisation on organisation.name = new.organisation and parent_id = $1
     join site on site.organisation_id = organisation.id and site.name = new.site
     on conflict (serial) do update set model = excluded.model, name = excluded.name
       where device.organisation_id = excluded.organisation_id`,
    [
      parentId,
      devices.map((device) => device.serial),
      devices.map((device) => device.model),
      devices.map((device) => device.name),
      devices.map((device) => device.site),
      devices.map((device) => organisationOf.get(device.site)),
    ],
  )
}

/** A secret that the device has had before is left as it is: one that was revoked, or exchanged for another, stays so. */
async function setSecrets(queries: Queries, { devices }: FleetRegistration): Promise<void> {
  await queries.query(
    `with added as (
       insert into device_credential (device_id, secret_sha256)
       select device.id, hash from unnest($1::text[], $2::bytea[]) as new (serial, hash) join device using (serial)
       on conflict (device_id, secret_sha256) do nothing
       returning device_id
     )
     update device_credential older set revoked_at = now()
     from added where older.device_id = added.device_id and revoked_at is null`,
    [devices.map((device) => device.serial), devices.map((device) => hashSecret(device.secret))],
  )
}
