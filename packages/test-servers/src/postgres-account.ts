import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A user PostgreSQL can run as. */
export interface Account {
  uid: number
  gid: number
  name: string
}

/** "nobody" on every system we know; used when there is no user "postgres". We never make users on somebody's machine. */
const nobody: Account = { uid: 65534, gid: 65534, name: 'nobody' }

/** PostgreSQL refuses to run as root: as root we run it as this user. Undefined means: as ourselves. */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  return accountNamed('postgres', readFileSync('/etc/passwd', 'utf8')) ?? nobody
}

export function accountNamed(name: string, passwd: string): Account | undefined {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((entry) => entry[0] === name)
  return fields === undefined ? undefined : { uid: Number(fields[2]), gid: Number(fields[3]), name }
}

/** Whether that user may execute (`x`) or write (`w`) at a path; every folder on the way must let it pass. */
export function mayAccess(path: string, mode: 'x' | 'w', account: Account | undefined): boolean {
  const identity = account === undefined ? {} : { uid: account.uid, gid: account.gid }
  // The working folder must be one the user can enter, or the shell itself complains.
  return spawnSync('/bin/sh', ['-c', `test -${mode} "$1"`, 'test', path], { ...identity, cwd: '/' }).status === 0
}
