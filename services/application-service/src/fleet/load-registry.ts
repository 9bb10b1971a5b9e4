import { type Database, listRegistry, systemScope, withScope } from '@stellacontrol/database'
import type { RegisteredDevice } from './fleet-device.ts'

/**
 * Reads the whole registry. Retired devices are left out. Organisations and sites become shared objects: a fleet has far fewer
 * of them than devices.
 */
export async function loadRegistry(database: Database): Promise<RegisteredDevice[]> {
  const organisations = new Map<number, RegisteredDevice['organisation']>()
  const sites = new Map<number, NonNullable<RegisteredDevice['site']>>()
  const devices: RegisteredDevice[] = []
  await withScope(database, systemScope, async (queries) => {
    for await (const page of listRegistry(queries, systemScope)) {
      for (const { serial, name, model, state, createdAt, organisation, site } of page) {
        if (state === 'retired') continue
        devices.push({
          serial,
          name,
          model,
          createdAt,
          organisation: shared(organisations, organisation),
          site: site && shared(sites, site),
        })
      }
    }
  })
  return devices
}

function shared<Item extends { id: number }>(known: Map<number, Item>, item: Item): Item {
  const found = known.get(item.id)
  if (found) return found
  known.set(item.id, item)
  return item
}
