import { randomUUID } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Account, mayAccess } from './postgres-account.ts'
import { sharedFolder } from './postgres-binaries.ts'

/** Where a PostgreSQL's files lie. */
export interface PostgresPlace {
  /** Belongs to PostgreSQL's user; holds `cluster`, once made. */
  folder: string
  cluster: string
  /** Passwords: 0600, and ours, not PostgreSQL's. */
  secretsFile: string
  note?: string
}

const placeFile = 'place.json'

/**
 * Chooses the folder for the data: the given one, or, when PostgreSQL's user cannot enter that, a folder of its own under
 * /var/lib/stellacontrol, which a file in the given folder then names.
 */
export function choosePlace(wanted: string, account: Account | undefined): PostgresPlace {
  mkdirSync(wanted, { recursive: true })
  const given = realpathSync(wanted)
  const known = knownPlace(given)
  if (known !== undefined) return known
  const inside = placeAt(join(given, 'server'), given)
  prepare(inside.folder, account)
  if (mayAccess(inside.folder, 'w', account)) return inside
  const outside = placeAt(join(sharedFolder, 'postgres', randomUUID()), given)
  prepare(outside.folder, account)
  if (!mayAccess(outside.folder, 'w', account)) {
    throw new Error(
      `PostgreSQL must not run as root, and user ${account?.name} can enter neither ${given} nor ${sharedFolder}`,
    )
  }
  writeFileSync(join(given, placeFile), JSON.stringify({ folder: outside.folder }))
  return withNote(outside, given)
}

function knownPlace(given: string): PostgresPlace | undefined {
  const file = join(given, placeFile)
  if (!existsSync(file)) return undefined
  const { folder } = JSON.parse(readFileSync(file, 'utf8')) as { folder: string }
  return existsSync(folder) ? withNote(placeAt(folder, given), given) : undefined
}

function placeAt(folder: string, given: string): PostgresPlace {
  return { folder, cluster: join(folder, 'cluster'), secretsFile: join(given, 'secrets.json') }
}

function withNote(place: PostgresPlace, given: string): PostgresPlace {
  return { ...place, note: `its data lie in ${place.folder}, because its user cannot enter ${given}` }
}

function prepare(folder: string, account: Account | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  if (account === undefined) return
  chownSync(folder, account.uid, account.gid)
  chmodSync(folder, 0o700)
}
