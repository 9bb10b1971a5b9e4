import { Pool, type PoolClient, types as pgTypes } from 'pg'
import { copyIn, copyOut } from './copy-streams.ts'

/** A value of a statement: `bigint` and `timestamptz` columns come back as numbers (moments in epoch ms). */
export type SqlValue = unknown

/** Where statements can be sent: the pool, or one transaction. */
export interface Queries {
  /** Runs one statement and returns its rows. */
  query<Row extends object>(text: string, values?: readonly SqlValue[]): Promise<Row[]>
  /** Runs one statement and returns how many rows it changed. */
  execute(text: string, values?: readonly SqlValue[]): Promise<number>
}

export interface Transaction extends Queries {
  /** Sends `data` to `COPY … FROM STDIN`. Rejects with the server's refusal; the transaction is then aborted. */
  copy(text: string, data: Buffer): Promise<void>
  /** Hands the chunks of `COPY … TO STDOUT` over as they come. What `take` throws ends the connection and is rejected with. */
  copyOut(text: string, take: (chunk: Buffer) => void): Promise<void>
}

/** A pool of connections. Dispose it to close them all. */
export interface Database extends Queries {
  readonly applicationName: string
  /** A connection of its own for the time of `work`, outside of any transaction: session locks, DDL that must not be in one. */
  withConnection<Result>(work: (queries: Transaction) => Promise<Result>, options?: TimeLimits): Promise<Result>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface TimeLimits {
  /** The server gives up a statement after this time, the client a little later. */
  statementTimeoutMs?: number
}

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`, or with `?host=/folder/of/socket`. */
  url: string
  /** Shown in pg_stat_activity. */
  applicationName: string
  maximumConnections?: number
  /** Statements run as this role, whoever signed in; see `apiRole`. */
  role?: string
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  onError?: (error: Error) => void
}

const connectTimeoutMs = 3_000
const statementTimeoutMs = 15_000
/** A process that sleeps inside a transaction loses it, and with it its locks: half of the 10 s in which partitions must move. */
const idleInTransactionMs = 5_000
/** Longer than the sleeper's limit, so that who waits for its lock gets it and not an error. */
const lockTimeoutMs = 6_000
/** The client waits this much longer than the server, so that the server's own answer wins unless the connection is dead. */
const answerSlackMs = 5_000

const oid = { bigint: 20, timestamp: 1184 }

function parserOf(typeId: number, format?: 'text' | 'binary') {
  if (typeId === oid.bigint) return Number
  const parser = pgTypes.getTypeParser(typeId, format as 'text')
  if (typeId !== oid.timestamp) return parser
  return (text: string) => (parser(text) as unknown as Date).getTime()
}

/** Opens a pool. No connection is made before the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    ...(options.role === undefined ? {} : { options: `-c role=${options.role}` }),
    max: options.maximumConnections ?? 10,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    lock_timeout: lockTimeoutMs,
    query_timeout: statementTimeoutMs + answerSlackMs,
    types: { getTypeParser: parserOf as typeof pgTypes.getTypeParser },
  })
  pool.on('error', (error) => options.onError?.(error))
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= pool.end()
    return closing
  }
  const withConnection: Database['withConnection'] = (work, limits) => useClient(pool, work, limits)
  return {
    applicationName: options.applicationName,
    query: async <Row extends object>(text: string, values?: readonly SqlValue[]) =>
      (await pool.query<Row>(text, values as unknown[])).rows,
    execute: async (text, values) => (await pool.query(text, values as unknown[])).rowCount ?? 0,
    withConnection,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/**
 * Runs `work` in one transaction (READ COMMITTED), commits when it resolves and rolls back when it rejects. A connection that
 * fails is thrown away. If COMMIT itself is cut off, nobody knows whether it happened: `work` must be safe to repeat.
 */
export function withTransaction<Result>(
  database: Database,
  work: (transaction: Transaction) => Promise<Result>,
  limits: TimeLimits = {},
): Promise<Result> {
  return beginWith('begin', database, work, limits)
}

/** The same with another first statement, which begins the transaction and may set something in it. */
export function beginWith<Result>(
  begin: string,
  database: Database,
  work: (transaction: Transaction) => Promise<Result>,
  limits: TimeLimits = {},
): Promise<Result> {
  return database.withConnection(async (connection) => {
    await connection.query(begin)
    try {
      const result = await work(connection)
      await connection.query('commit')
      return result
    } catch (error) {
      // A rollback that fails as well leaves an unusable connection; the first error is the one that tells why.
      await connection.query('rollback').catch(() => {})
      throw error
    }
  }, limits)
}

async function useClient<Result>(
  pool: Pool,
  work: (queries: Transaction) => Promise<Result>,
  limits: TimeLimits = {},
): Promise<Result> {
  const client = await pool.connect()
  // An idle client inside a transaction may lose its connection between two statements; without a listener that would throw.
  let broken: Error | undefined
  const onError = (error: Error) => {
    broken = error
  }
  client.on('error', onError)
  const limitMs = limits.statementTimeoutMs ?? statementTimeoutMs
  const connection = connectionOf(client, limitMs)
  try {
    if (limitMs !== statementTimeoutMs) await connection.query(`set statement_timeout = ${Math.trunc(limitMs)}`)
    return await work(connection)
  } catch (error) {
    broken ??= client.getTransactionStatus() === 'I' ? undefined : new Error('left in a transaction')
    throw error
  } finally {
    if (limitMs !== statementTimeoutMs && broken === undefined) {
      await connection.query('reset statement_timeout').catch(onError)
    }
    client.off('error', onError)
    client.release(broken)
  }
}

function connectionOf(client: PoolClient, limitMs: number): Transaction {
  const run = async <Row extends object>(text: string, values: readonly SqlValue[] | undefined) => {
    const statement = { text, values: values as unknown[], query_timeout: limitMs + answerSlackMs }
    try {
      return await client.query<Row>(statement)
    } catch (error) {
      if (isUnanswered(error)) client.connection.stream.destroy()
      throw withStatement(error)
    }
  }
  return {
    query: async <Row extends object>(text: string, values?: readonly SqlValue[]) =>
      (await run<Row>(text, values)).rows,
    execute: async (text, values) => (await run(text, values)).rowCount ?? 0,
    copy: (text, data) => copyIn(client, text, data, limitMs + answerSlackMs),
    copyOut: (text, take) => copyOut(client, text, take, limitMs + answerSlackMs),
  }
}

/** pg's own time-out leaves the statement running on a connection that would be used again. */
function isUnanswered(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

/** The stack of pg's errors ends in its socket handler: this one shows who sent the statement. */
function withStatement(error: unknown): unknown {
  if (error instanceof Error) Error.captureStackTrace(error, withStatement)
  return error
}
