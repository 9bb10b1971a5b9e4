import {
  type Database,
  findRegistryDevices,
  listRegistry,
  type RegistryDevice,
  systemScope,
  withScope,
} from '@stellacontrol/database'
import type { RegisteredDevice } from './fleet-device.ts'

/**
 * Reads the whole registry. Retired devices are left out. Organisations, sites and tags become shared objects: a fleet has far
 * fewer of them than devices.
 */
export async function loadRegistry(database: Database): Promise<RegisteredDevice[]> {
  const share = new SharedObjects()
  const devices: RegisteredDevice[] = []
  await withScope(database, systemScope, async (queries) => {
    for await (const page of listRegistry(queries, systemScope)) {
      for (const device of page) if (device.state !== 'retired') devices.push(registeredOf(device, share))
    }
  })
  return devices
}

/** Reads these devices of the registry; those that are retired or do not exist are missing. */
export async function loadDevices(database: Database, serials: readonly string[]): Promise<RegisteredDevice[]> {
  const share = new SharedObjects()
  const devices = await withScope(database, systemScope, (queries) =>
    findRegistryDevices(queries, systemScope, serials),
  )
  return devices.filter(({ state }) => state !== 'retired').map((device) => registeredOf(device, share))
}

class SharedObjects {
  readonly organisations = new Map<number, RegisteredDevice['organisation']>()
  readonly sites = new Map<number, NonNullable<RegisteredDevice['site']>>()
  readonly tags = new Map<string, RegisteredDevice['tags']>()
}

function registeredOf(device: RegistryDevice, share: SharedObjects): RegisteredDevice {
  const { serial, name, model, state, createdAt, organisation, ownedSince, site, tags } = device
  return {
    serial,
    name,
    model,
    state,
    createdAt,
    ownedSince,
    organisation: shared(share.organisations, organisation.id, organisation),
    site: site && shared(share.sites, site.id, site),
    tags: shared(share.tags, tags.join(), tags),
  }
}

function shared<Key, Item>(known: Map<Key, Item>, key: Key, item: Item): Item {
  const found = known.get(key)
  if (found) return found
  known.set(key, item)
  return item
}
