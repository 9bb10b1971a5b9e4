import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import type { PostgresPlace } from './postgres-place.ts'

/** The role and the database of the services. The role is not a superuser. */
export const serviceName = 'stellacontrol'
/** The role of whoever serves people, under row-level security: see sql/0003_isolation.sql of the database package. */
const apiRole = 'stella_api'
const superuser = 'postgres'

export interface PostgresSecrets {
  superuserPassword: string
  servicePassword: string
  /** Absent in data that older versions made, which had no role of this name. */
  apiPassword?: string
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
  if (existsSync(place.cluster)) return withApiRole(place, binaries, account, readSecrets(place))
  const secrets = {
    superuserPassword: randomPassword(),
    servicePassword: randomPassword(),
    apiPassword: randomPassword(),
  }
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

/** Gives data of an older version the role that it lacks. */
async function withApiRole(
  place: PostgresPlace,
  binaries: PostgresBinaries,
  account: Account | undefined,
  known: PostgresSecrets,
): Promise<PostgresSecrets> {
  if (known.apiPassword !== undefined) return known
  const secrets = { ...known, apiPassword: randomPassword() }
  const words = ['--single', '-D', place.cluster, 'template1']
  await runProgram(join(binaries.folder, 'postgres'), words, apiRoleSql(secrets), place.folder, account)
  writeFileSync(place.secretsFile, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}

export function postgresUrl(port: number, secrets: PostgresSecrets, who: 'service' | 'api' | 'superuser'): string {
  const credentials = {
    service: `${serviceName}:${secrets.servicePassword}`,
    api: `${apiRole}:${secrets.apiPassword}`,
    superuser: `${superuser}:${secrets.superuserPassword}`,
  }
  return `postgres://${credentials[who]}@127.0.0.1:${port}/${serviceName}`
}

/**
 * In single-user mode every line is a command, and the server is reachable for nobody else: so no moment passes in which it
 * could be used without a password.
 */
function roleSql(secrets: PostgresSecrets): string {
  return [
    `ALTER ROLE ${superuser} PASSWORD '${secrets.superuserPassword}'`,
    `CREATE ROLE ${serviceName} LOGIN NOSUPERUSER PASSWORD '${secrets.servicePassword}'`,
    `CREATE DATABASE ${serviceName} OWNER ${serviceName}`,
    apiRoleSql(secrets),
  ].join('\n')
}

/** Safe to repeat: a role that is there gets another password. */
function apiRoleSql({ apiPassword }: PostgresSecrets): string {
  const missing = `NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${apiRole}')`
  return [
    `DO $$ BEGIN IF ${missing} THEN CREATE ROLE ${apiRole}; END IF; END $$`,
    `ALTER ROLE ${apiRole} LOGIN NOSUPERUSER PASSWORD '${apiPassword}'`,
    `GRANT ${apiRole} TO ${serviceName}`,
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
