import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Arguments } from '../arguments.ts'
import { parseFaults } from '../faults/resolve-faults.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { readFleetFile } from '../fleet/fleet-file.ts'
import { planFleet } from '../fleet/plan-fleet.ts'
import { Replay } from '../replay/replay.ts'
import { readTrace } from '../replay/trace.ts'
import type { SimulationOptions } from './simulation.ts'

const defaultSeed = 1
const defaultDevices = 200
const backfillIntervalSeconds = 600
/** Only the owner may read a fleet file: it holds the devices' secrets. */
const fleetFileMode = 0o600

/** Reads every file that the command line names, and makes a fleet file that does not exist. Throws with a clear message. */
export function prepareSimulation(parsed: Arguments): SimulationOptions {
  const options: SimulationOptions = {
    fleet: readOrMakeFleet(parsed),
    mqttUrl: parsed.mqtt,
    stateFolder: parsed.state,
    intervalSeconds: parsed.intervalSeconds,
    live: parsed.live,
    hasWitness: parsed.hasWitness,
  }
  if (parsed.authority !== undefined) options.authority = readFileSync(parsed.authority, 'utf8')
  if (parsed.devices !== undefined) options.devices = parsed.devices
  if (parsed.faults !== undefined) options.faults = parseFaults(JSON.parse(readFileSync(parsed.faults, 'utf8')))
  if (parsed.backfill !== undefined) options.backfill = { ...parsed.backfill, intervalSeconds: backfillIntervalSeconds }
  if (parsed.replay !== undefined) {
    const { file, columns, band, timestamp } = parsed.replay
    options.replay = new Replay(readTrace(file, timestamp === undefined ? { columns } : { columns, timestamp }), band)
  }
  return options
}

function readOrMakeFleet({ fleet: path, seed, devices }: Arguments): Fleet {
  if (!existsSync(path)) {
    const made = planFleet({ seed: seed ?? defaultSeed, count: devices ?? defaultDevices, randomBytes })
    writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`, { mode: fleetFileMode })
  }
  const fleet = readFleetFile(path)
  return seed === undefined ? fleet : { ...fleet, seed }
}
