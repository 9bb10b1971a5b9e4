import { rmSync } from 'node:fs'
import { type PostgresServer, startPostgres, temporaryFolder } from '@stellacontrol/test-servers'
import { type Database, openDatabase } from '../database.ts'
import { migrate } from '../migrate.ts'
import { apiRole } from '../scope.ts'

/** A real PostgreSQL with an empty, migrated database, for the tests of one file. */
export interface TestDatabase {
  server: PostgresServer
  database: Database
  /** Another pool on the same database, closed with the rest. */
  open(applicationName?: string): Database
  /** A pool of the role under row-level security. */
  openApi(): Database
  stop(): Promise<void>
}

export async function startTestDatabase(): Promise<TestDatabase> {
  const folder = temporaryFolder()
  const server = await startPostgres({ folder, settings: { shared_buffers: '64MB' } })
  const pools: Database[] = []
  const openAt = (url: string, applicationName: string, role?: string) => {
    const database = openDatabase({ url, applicationName, maximumConnections: 8, ...(role && { role }) })
    pools.push(database)
    return database
  }
  const open = (applicationName = 'test') => openAt(server.url, applicationName)
  const database = open()
  await migrate(database)
  return {
    server,
    database,
    open,
    openApi: () => openAt(server.apiUrl, 'test-api', apiRole),
    stop: async () => {
      await Promise.allSettled(pools.map((pool) => pool.close()))
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
