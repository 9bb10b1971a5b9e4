import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { startPostgres } from './postgres.ts'
import { accountNamed, postgresAccount } from './postgres-account.ts'
import { findPostgres, type PostgresSource } from './postgres-binaries.ts'
import { childrenOf } from './process-identity.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { waitFor } from './wait-for.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs SQL with psql, which the tests' system has; the product itself needs no psql. */
function sql(url: string, statement: string): string {
  const { status, stdout, stderr } = spawnSync('/usr/bin/env', ['psql', url, '-XAtqc', statement], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim()
}

const hasPsql = spawnSync('/usr/bin/env', ['psql', '--version']).status === 0

/** A machine may lack one of the two; with neither, nothing here makes sense and the tests fail. */
function isAvailable(source: PostgresSource): boolean {
  try {
    return findPostgres(source, postgresAccount(), undefined).folder !== ''
  } catch {
    return false
  }
}
const both = isAvailable('system') && isAvailable('embedded')
const sources = (['system', 'embedded'] as const).filter((source) => isAvailable(source) || !isAvailable('auto'))

describe.each(sources)('PostgreSQL of source "%s"', (source) => {
  test.skipIf(!hasPsql)('keeps what it committed through kill -9 and restart', async () => {
    await using server = await startPostgres({ folder, name: `kept-${source}`, source })
    expect(server.source).toBe(source)
    sql(server.url, "create table words (word text); insert into words values ('kept')")
    await server.kill()
    await server.restart()
    expect(sql(server.url, 'select word from words')).toBe('kept')
    expect(sql(server.url, 'show fsync')).toBe('on')
    expect(sql(server.url, 'show synchronous_commit')).toBe('on')
  })

  test.skipIf(!hasPsql)('gives the services a role that owns its database and is no superuser', async () => {
    await using server = await startPostgres({ folder, name: `roles-${source}`, source })
    expect(sql(server.url, 'select rolsuper from pg_roles where rolname = current_user')).toBe('f')
    expect(sql(server.superuserUrl, 'select rolsuper from pg_roles where rolname = current_user')).toBe('t')
    sql(server.url, 'create extension pg_trgm')
    const wrong = server.url.replace(/:[0-9a-f]+@/, ':wrong@')
    expect(() => sql(wrong, 'select 1')).toThrow(/password authentication failed/)
  })

  test('starts again over the postmaster.pid of a dead server, and of a number that is somebody else now', async () => {
    const first = await startPostgres({ folder, name: `stale-${source}`, source })
    await first.kill()
    const stale = join(first.dataFolder, 'postmaster.pid')
    expect(existsSync(stale)).toBe(true)
    writeFileSync(stale, `${process.pid}\n${first.dataFolder}\n`)
    await using second = await startPostgres({ folder, name: `stale-${source}`, source })
    expect(second.isRunning()).toBe(true)
    expect(second.dataFolder).toBe(first.dataFolder)
  })
})

test.skipIf(!both)('data of one version are not given to another', async () => {
  const name = 'versions'
  const first = await startPostgres({ folder, name, source: 'embedded' })
  await first.stop()
  const other = startPostgres({ folder, name, source: 'system' })
  await expect(other).rejects.toMatchObject({
    code: 'program-missing',
    message: expect.stringMatching(/made by PostgreSQL 18/),
  })
  await using again = await startPostgres({ folder, name, source: 'auto' })
  expect(again.source).toBe('embedded')
})

test.skipIf(process.platform !== 'linux')('a paused server is frozen with all its processes', async () => {
  await using server = await startPostgres({ folder, name: 'paused' })
  const states = () =>
    [server.pid, ...childrenOf(server.pid)].map(
      (pid) => /\) (\w) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1],
    )
  await waitFor(() => states().length > 4)
  server.pause()
  // A child that had just ended waits as a zombie for its frozen parent.
  await waitFor(() => states().every((state) => state === 'T' || state === 'Z'))
  server.resume()
  await waitFor(() => states().every((state) => state !== 'T'))
})

test('the account of PostgreSQL is read from the password file', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/sh\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n'
  expect(accountNamed('postgres', passwd)).toEqual({ uid: 101, gid: 104, name: 'postgres' })
  expect(accountNamed('nobody', passwd)).toBeUndefined()
})
