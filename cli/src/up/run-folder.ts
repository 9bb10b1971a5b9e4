import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf, isSameProcessAlive, type ProcessIdentity } from '@stellacontrol/test-servers'
import { CommandError } from '../exit-code.ts'

/** How other processes reach a running installation: environment variables, as a service reads them. */
export type ConnectionFacts = Record<string, string>

interface FactsFile {
  environment: ConnectionFacts
  /** Where each service says whether it is ready. */
  readyUrls: Record<string, string>
}

function lockFileOf(dataFolder: string): string {
  return join(dataFolder, 'run', 'up.json')
}

function factsFileOf(dataFolder: string): string {
  return join(dataFolder, 'run', 'environment.json')
}

/**
 * Makes this process the one that runs on a data folder. What a dead one left is taken over.
 * @returns what gives the folder free again
 * @throws CommandError when a living process has it
 */
export function lockDataFolder(dataFolder: string): () => void {
  // Others may pass through, as PostgreSQL's user must, but not look around.
  mkdirSync(dataFolder, { recursive: true, mode: 0o711 })
  mkdirSync(join(dataFolder, 'run'), { recursive: true, mode: 0o700 })
  const file = lockFileOf(dataFolder)
  const self = identityOf(process.pid)
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(file, JSON.stringify(self), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 2) throw error
    }
    const owner = runningOwner(dataFolder)
    if (owner !== undefined) {
      throw new CommandError(
        'failure',
        `StellaControl already runs on ${dataFolder} (process ${owner}): stop it first.`,
      )
    }
    rmSync(file, { force: true })
  }
}

/** The process that runs on a data folder now. */
export function runningOwner(dataFolder: string): number | undefined {
  const owner = readJson<ProcessIdentity>(lockFileOf(dataFolder))
  return owner !== undefined && isSameProcessAlive(owner) ? owner.pid : undefined
}

/** Writes how to reach the servers, passwords included: readable for this user alone. */
export function writeFacts(dataFolder: string, facts: FactsFile): void {
  const file = factsFileOf(dataFolder)
  const unfinished = `${file}.${process.pid}`
  writeFileSync(unfinished, `${JSON.stringify(facts, undefined, 2)}\n`, { mode: 0o600 })
  chmodSync(unfinished, 0o600)
  renameSync(unfinished, file)
}

export function removeFacts(dataFolder: string): void {
  rmSync(factsFileOf(dataFolder), { force: true })
}

/** The facts of the installation that runs on a data folder; undefined when none does. */
export function readFacts(dataFolder: string): ConnectionFacts | undefined {
  return readFactsFile(dataFolder)?.environment
}

/** Where the services of the installation on a data folder say whether they are ready, by name. */
export function readReadyUrls(dataFolder: string): Record<string, string> | undefined {
  return readFactsFile(dataFolder)?.readyUrls
}

function readFactsFile(dataFolder: string): FactsFile | undefined {
  return runningOwner(dataFolder) === undefined ? undefined : readJson<FactsFile>(factsFileOf(dataFolder))
}

function readJson<Value>(file: string): Value | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Value
  } catch {
    return undefined
  }
}
