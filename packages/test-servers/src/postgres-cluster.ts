import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import type { PostgresPlace } from './postgres-place.ts'

/** The role and the database of the services. The role is not a superuser. */
export const serviceName = 'stellacontrol'
const superuser = 'postgres'

export interface PostgresSecrets {
  superuserPassword: string
  servicePassword: string
}

/** The version that made the data, or undefined when there are none yet. */
export function clusterMajor(place: PostgresPlace): number | undefined {
  const file = join(place.cluster, 'PG_VERSION')
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined
}

/**
 * Makes the data folder with its role and database, and returns the passwords. It is made aside and renamed at the end, so
 * that a crash leaves no half one; repeating it is safe.
 */
export async function ensureCluster(
  place: PostgresPlace,
  binaries: PostgresBinaries,
  account: Account | undefined,
): Promise<PostgresSecrets> {
  if (existsSync(place.cluster)) return readSecrets(place)
  const secrets = { superuserPassword: randomPassword(), servicePassword: randomPassword() }
  const unfinished = join(place.folder, 'cluster.unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  const run = (program: string, words: string[], input: string) =>
    runProgram(join(binaries.folder, program), words, input, place.folder, account)
  await run('initdb', ['-D', unfinished, '-U', superuser, '-A', 'trust', '-E', 'UTF8', '--no-locale'], '')
  writeFileSync(join(unfinished, 'pg_hba.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n')
  await run('postgres', ['--single', '-D', unfinished, 'template1'], roleSql(secrets))
  writeFileSync(place.secretsFile, JSON.stringify(secrets), { mode: 0o600 })
  renameSync(unfinished, place.cluster)
  return secrets
}

export function postgresUrl(port: number, secrets: PostgresSecrets, who: 'service' | 'superuser'): string {
  return who === 'service'
    ? `postgres://${serviceName}:${secrets.servicePassword}@127.0.0.1:${port}/${serviceName}`
    : `postgres://${superuser}:${secrets.superuserPassword}@127.0.0.1:${port}/${serviceName}`
}

/**
 * In single-user mode every line is a command, and the server is reachable for nobody else: so no moment passes in which it
 * could be used without a password.
 */
function roleSql({ superuserPassword, servicePassword }: PostgresSecrets): string {
  return [
    `ALTER ROLE ${superuser} PASSWORD '${superuserPassword}'`,
    `CREATE ROLE ${serviceName} LOGIN NOSUPERUSER PASSWORD '${servicePassword}'`,
    `CREATE DATABASE ${serviceName} OWNER ${serviceName}`,
    '',
  ].join('\n')
}

function readSecrets(place: PostgresPlace): PostgresSecrets {
  if (existsSync(place.secretsFile)) return JSON.parse(readFileSync(place.secretsFile, 'utf8')) as PostgresSecrets
  throw new Error(`${place.secretsFile} with the passwords of the database in ${place.cluster} is missing`)
}

const randomPassword = () => randomBytes(24).toString('hex')

/** Runs one of PostgreSQL's programs to its end; throws with its output when it fails or reports an error. */
function runProgram(
  command: string,
  words: string[],
  input: string,
  workingFolder: string,
  account: Account | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const identity = account === undefined ? {} : { uid: account.uid, gid: account.gid }
    const child = spawn(command, words, { cwd: workingFolder, ...identity })
    let output = ''
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8')
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.stdin.on('error', () => {})
    child.once('error', reject)
    child.once('close', (code) => {
      // Single-user mode reports errors but ends with 0.
      if (code === 0 && !/\b(ERROR|FATAL|PANIC):/.test(output)) resolve()
      else reject(new Error(`${command} failed (code ${code}):\n${output.trim()}`))
    })
    child.stdin.end(input)
  })
}
