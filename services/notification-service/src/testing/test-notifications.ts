import {
  createUser,
  type Database,
  migrate,
  openDatabase,
  putPreferences,
  registerFleet,
  setMembership,
  type UserRole,
} from '@stellacontrol/database'
import {
  type AlertMessage,
  defaultNotificationPreferences,
  MessageType,
  type NotificationPreferences,
} from '@stellacontrol/protocol'
import { createMessage, openRedis, publishMessage, type Redis } from '@stellacontrol/redis'
import { type RunningService, startService } from '@stellacontrol/runtime'
import {
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
  temporaryFolder,
  waitFor,
} from '@stellacontrol/test-servers'
import { type SmtpServer, startSmtp } from '@stellacontrol/test-servers/smtp'
import { openNotificationService } from '../notification-service.ts'

export const serials = Array.from({ length: 20 }, (_, index) => `NOTE-${String(index).padStart(2, '0')}`)

/** The service on real servers; its clock is put forward by the tests. */
export interface TestNotifications extends AsyncDisposable {
  state: RedisServer
  postgres: PostgresServer
  smtp: SmtpServer
  redis: Redis
  database: Database
  /** What is added to the clock of every instance. */
  clock: { aheadMs: number }
  organisations: Record<'StellaControl' | 'Northquay' | 'Meadow', number>
  siteId: number
  start(further?: Record<string, string>): Promise<RunningService>
  stopAll(): Promise<void>
  addPerson(
    organisation: 'StellaControl' | 'Northquay' | 'Meadow',
    preferences?: Partial<NotificationPreferences>,
    role?: UserRole,
  ): Promise<{ id: number; email: string }>
  /** The subjects of the mails that came to an address, decoded. */
  mailsTo(email: string): string[]
}

let people = 0

export async function startTestNotifications(): Promise<TestNotifications> {
  const folder = temporaryFolder()
  const [queue, state, postgres, smtp] = await Promise.all([
    startRedis({ folder, name: 'queue', durable: true }),
    startRedis({ folder, name: 'state', durable: true }),
    startPostgres({ folder: `${folder}/postgres` }),
    startSmtp(),
  ])
  const environment = {
    ...{ REDIS_QUEUE_URL: queue.url, REDIS_STATE_URL: state.url, DATABASE_URL: postgres.url },
    ...{ STELLA_PARTITIONS: '4', STELLA_LOG_LEVEL: 'silent' },
    ...{
      STELLA_SMTP_URL: smtp.url,
      STELLA_MAIL_FROM: 'stella@example.com',
      STELLA_PUBLIC_URL: 'https://stella.example',
    },
  }
  const database = openDatabase({ url: postgres.url, applicationName: 'test', maximumConnections: 2 })
  await migrate(database)
  const { manufacturerId } = await registerFleet(database, fleet)
  const rows = await database.query<{ id: number; name: string }>('select id, name from organisation')
  const idOf = (name: string) => rows.find((row) => row.name === name)?.id ?? 0
  const organisations = { StellaControl: manufacturerId, Northquay: idOf('Northquay'), Meadow: idOf('Meadow') }
  const [site] = await database.query<{ id: number }>("select id from site where name = 'Northquay Exchange'")
  const redis = openRedis({ name: 'test', environment })
  await redis.state.ready()
  const clock = { aheadMs: 0 }
  const running: RunningService[] = []
  const stopAll = async () =>
    void (await Promise.allSettled(running.splice(0).map((one) => one[Symbol.asyncDispose]())))
  return {
    ...{ state, postgres, smtp, redis, database, clock, organisations, siteId: site?.id ?? 0, stopAll },
    async start(further = {}) {
      const service = await startService('notification-service', { ...environment, ...further }, (context) =>
        openNotificationService(context, { now: () => Date.now() + clock.aheadMs, leaseMs: 2_000 }),
      )
      running.push(service)
      await waitFor(() => service.context.readiness.evaluate().ready, { what: 'the service to be ready' })
      return service
    },
    async addPerson(organisation, preferences, role = 'operator') {
      const email = `person${++people}@${organisation.toLowerCase()}.example`
      const account = { organisationId: organisations[organisation], email, name: 'A Person', role }
      const { id } = await createUser(database, { ...account, passwordHash: 'x' })
      await setMembership(database, { userId: id, organisationId: account.organisationId, role })
      if (preferences) await putPreferences(database, id, { ...defaultNotificationPreferences, ...preferences })
      return { id, email }
    },
    mailsTo: (email) => smtp.mails.filter(({ recipients }) => recipients.includes(email)).map(({ source }) => source),
    async [Symbol.asyncDispose]() {
      await stopAll()
      await redis[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await Promise.allSettled([queue.stop(), state.stop(), postgres.stop(), smtp.stop()])
    },
  }
}

const place = { kind: 'building', timeZone: 'Europe/Brussels', latitude: 51, longitude: 4, address: 'Quay 1' }
const fleet = {
  organisations: [{ name: 'Northquay' }, { name: 'Meadow' }],
  sites: [
    { name: 'Northquay Exchange', organisation: 'Northquay', ...place },
    { name: 'Meadow Farm', organisation: 'Meadow', ...place },
  ],
  devices: serials.map((serial, index) => ({
    ...{ serial, secret: 'x'.repeat(43), model: 'iR5', name: `Booster ${serial}` },
    site: index < 15 ? 'Northquay Exchange' : 'Meadow Farm',
  })),
}

export async function publish(message: AlertMessage): Promise<void> {
  await publishMessage({ message: createMessage(MessageType.Alert, message) })
}
