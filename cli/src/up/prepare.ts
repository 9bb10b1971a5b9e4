import { join } from 'node:path'
import { migrate, openDatabase, registerFleet } from '@stellacontrol/database'
import { ensureAdministrator } from './administrator.ts'
import type { UpConfiguration } from './configuration.ts'
import { ensureFleet } from './fleet.ts'
import type { SignIn } from './screen.ts'

/** What the services and the simulator find when they start. */
export interface Preparation {
  signIn: SignIn
  simulatedDevices: number
  /** The fleet for the simulator; undefined when none is wanted. */
  fleetFile: string | undefined
}

/** Brings the schema up to date, and puts the administrator and the simulated fleet into it. Safe to repeat. */
export async function prepareInstallation(
  configuration: UpConfiguration,
  databaseUrl: string,
  say: (line: string) => void,
): Promise<Preparation> {
  await using database = openDatabase({ url: databaseUrl, applicationName: 'cli' })
  const applied = await migrate(database)
  if (applied.length > 0) say(`Database brought up to date: ${applied.join(', ')}`)
  const signIn = await ensureAdministrator(database, configuration.administrator)
  const simulatedDevices = configuration.simulatedDevices
  if (simulatedDevices === 0) return { signIn, simulatedDevices, fleetFile: undefined }
  const fleetFile = join(configuration.dataFolder, 'simulator', 'fleet.json')
  await registerFleet(database, ensureFleet(fleetFile, simulatedDevices))
  return { signIn, simulatedDevices, fleetFile }
}
