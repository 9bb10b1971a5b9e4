import { rmSync } from 'node:fs'
import { type PostgresServer, startPostgres, temporaryFolder } from '@stellacontrol/test-servers'
import { type Database, openDatabase } from '../database.ts'
import { migrate } from '../migrate.ts'

/** A real PostgreSQL with an empty, migrated database, for the tests of one file. */
export interface TestDatabase {
  server: PostgresServer
  database: Database
  /** Another pool on the same database, closed with the rest. */
  open(applicationName?: string): Database
  stop(): Promise<void>
}

export async function startTestDatabase(): Promise<TestDatabase> {
  const folder = temporaryFolder()
  const server = await startPostgres({ folder, settings: { shared_buffers: '64MB' } })
  const pools: Database[] = []
  const open = (applicationName = 'test') => {
    const database = openDatabase({ url: server.url, applicationName, maximumConnections: 8 })
    pools.push(database)
    return database
  }
  const database = open()
  await migrate(database)
  return {
    server,
    database,
    open,
    stop: async () => {
      await Promise.allSettled(pools.map((pool) => pool.close()))
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
