import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Fleet, planFleet, readFleetFile } from '@stellacontrol/simulator'

/** Every installation simulates the same customers; only the secrets of the devices are its own. */
const fleetSeed = 1

/**
 * The simulated fleet of an installation, from its file, or planned and written there. A fleet of another size keeps the
 * secrets of the devices that both have.
 */
export function ensureFleet(file: string, count: number): Fleet {
  const known = existsSync(file) ? readFleetFile(file) : undefined
  if (known?.devices.length === count) return known
  const planned = planFleet({ seed: known?.seed ?? fleetSeed, count, randomBytes })
  const fleet = known === undefined ? planned : withSecretsOf(known, planned)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const unfinished = `${file}.unfinished`
  writeFileSync(unfinished, JSON.stringify(fleet), { mode: 0o600 })
  renameSync(unfinished, file)
  return fleet
}

/** The planned fleet with the secrets that its devices had before. Pure. */
function withSecretsOf(known: Fleet, planned: Fleet): Fleet {
  const secrets = new Map(known.devices.map(({ serial, secret }) => [serial, secret]))
  return {
    ...planned,
    devices: planned.devices.map((device) => ({ ...device, secret: secrets.get(device.serial) ?? device.secret })),
  }
}
