import { rmSync } from 'node:fs'
import { startPostgres, temporaryFolder, waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, withTransaction } from './database.ts'
import { isDataError, isUnavailable } from './database-errors.ts'
import { startTestDatabase, type TestDatabase } from './testing/test-database.ts'

let server: TestDatabase

beforeAll(async () => {
  server = await startTestDatabase()
})
afterAll(() => server.stop())

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

test('a transaction that fails leaves nothing, and its connection is used again', async () => {
  const { database } = server
  await database.query('create table noted (id integer primary key)')
  const failure = await failureOf(
    withTransaction(database, async (transaction) => {
      await transaction.query('insert into noted values (1)')
      await transaction.query('insert into noted values (1)')
    }),
  )
  expect([isDataError(failure), isUnavailable(failure)]).toEqual([true, false])
  expect(await database.query('select * from noted')).toEqual([])
})

test('a refused COPY rejects with the answer of the server, and the connection lives on', async () => {
  const failure = await failureOf(
    server.database.withConnection(async (connection) => {
      const failed = await failureOf(connection.copy('copy noted from stdin', Buffer.from('not a number\n')))
      await connection.copy('copy noted from stdin', Buffer.from('7\n'))
      throw failed
    }),
  )
  expect(failure).toMatchObject({ code: '22P02' })
  expect(await server.database.query('select * from noted')).toEqual([{ id: 7 }])
})

test('moments are epoch ms and bigints are numbers', async () => {
  const [row] = await server.database.query(
    "select timestamptz '2026-01-01T00:00:00.123Z' as at, 2::bigint ^ 40 as big",
  )
  expect(row).toEqual({ at: Date.UTC(2026, 0, 1, 0, 0, 0, 123), big: 2 ** 40 })
})

test('a statement that takes too long is given up and counts as unavailable', async () => {
  const failure = await failureOf(
    server.database.withConnection((connection) => connection.query('select pg_sleep(20)'), { statementTimeoutMs: 50 }),
  )
  expect([isUnavailable(failure), isDataError(failure)]).toEqual([true, false])
})

test('errors of programs are neither: repeating does not help, and no row is to blame', async () => {
  const failure = await failureOf(server.database.query('select from no_such_table'))
  expect([isUnavailable(failure), isDataError(failure)]).toEqual([false, false])
})

test('wrong passwords, unknown databases, refused connections and too many of them count as unavailable', async () => {
  const { url } = server.server
  const attempt = (change: (parts: URL) => void) => {
    const parts = new URL(url)
    change(parts)
    return failureOf(openDatabase({ url: parts.href, applicationName: 'test' }).query('select 1'))
  }
  const failures = await Promise.all([
    attempt((parts) => {
      parts.password = 'wrong'
    }),
    attempt((parts) => {
      parts.pathname = '/nothing'
    }),
    attempt((parts) => {
      parts.port = '1'
    }),
    attempt((parts) => {
      parts.hostname = 'no-such-host.invalid'
    }),
  ])
  expect(failures.map(isUnavailable)).toEqual([true, true, true, true])
})

test('a server that goes away is unavailable, and the pool is well again when it is back', async () => {
  const folder = temporaryFolder()
  let postgres = await startPostgres({ folder, settings: { max_connections: '10' } })
  const { port } = new URL(postgres.url)
  const idleErrors: Error[] = []
  const database = openDatabase({
    url: postgres.url,
    applicationName: 'test',
    onError: (error) => idleErrors.push(error),
  })
  const held = database.withConnection(async (connection) => {
    await connection.query('select 1')
    await postgres.stop()
    return failureOf(connection.query('select 1'))
  })
  expect(isUnavailable(await held)).toBe(true)
  expect(isUnavailable(await failureOf(database.query('select 1')))).toBe(true)
  postgres = await startPostgres({ folder, port: Number(port), settings: { max_connections: '10' } })
  await waitFor(() => database.query('select 1'))
  const greedy = openDatabase({ url: postgres.url, applicationName: 'greedy', maximumConnections: 20 })
  const failures = await Promise.all(Array.from({ length: 20 }, () => failureOf(greedy.query('select pg_sleep(0.2)'))))
  expect(failures.some((failure) => failure !== undefined)).toBe(true)
  expect(failures.every((failure) => failure === undefined || isUnavailable(failure))).toBe(true)
  await Promise.all([database.close(), greedy.close()])
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})
