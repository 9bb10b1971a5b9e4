import { apiRole, openDatabase } from '@stellacontrol/database'
import { mailServerOf } from '@stellacontrol/mail'
import { openRedis } from '@stellacontrol/redis'
import { CodedError, describe, openCertificates, readConfiguration, type ServiceContext } from '@stellacontrol/runtime'
import type { Application } from './application.ts'
import { runBackground } from './background.ts'
import { addChecks } from './checks.ts'
import { applicationConfiguration, openIdOptions, tlsFilesOf } from './configuration.ts'
import { FleetFeed } from './fleet/fleet-feed.ts'
import { FleetFigures } from './fleet/fleet-figures.ts'
import { FleetIndex } from './fleet/fleet-index.ts'
import { AcceptedRates } from './fleet/fleet-summary.ts'
import { type HttpServer, openHttpServer } from './http/http-server.ts'
import { LedgerReader } from './ledger/ledger-reader.ts'
import { LiveHub } from './live/live-hub.ts'
import { Mails } from './mail/mails.ts'
import { ApplicationMetrics } from './metrics.ts'
import { AccessDirectory } from './session/access.ts'
import { Keyring } from './session/keyring.ts'
import { OpenIdProvider } from './session/open-id.ts'
import { Sessions } from './session/sessions.ts'

const maximumConnections = 8

/**
 * Opens the service: Redis, PostgreSQL, the fleet index, HTTP. The server answers at once, also while PostgreSQL is away; it is
 * ready when the fleet is known and followed.
 */
export async function openApplication(
  context: ServiceContext,
  { now = Date.now }: { now?: () => number } = {},
): Promise<HttpServer> {
  const { name, environment, log, own } = context
  const configuration = readConfiguration(applicationConfiguration, environment)
  const { DATABASE_URL: ownerUrl, DATABASE_API_URL: apiUrl = ownerUrl } = configuration
  if (apiUrl === undefined) throw new CodedError('configuration-invalid', 'set DATABASE_API_URL or DATABASE_URL')
  const openId = openIdOptions(configuration)
  const files = tlsFilesOf(configuration)
  const certificates = files && own(openCertificates(files, log))
  const database = own(
    openDatabase({
      url: apiUrl,
      role: apiRole,
      applicationName: name,
      maximumConnections,
      onError: (error) => log.warn({ error: describe(error) }, 'database.connection-lost'),
    }),
  )
  const redis = own(openRedis({ name, environment, log }))
  const index = new FleetIndex()
  const rates = new AcceptedRates(Date.now())
  const checks = addChecks(context.readiness)
  const ledger = new LedgerReader({ redis, database, log, onDatabase: checks.database.note })
  const figures = new FleetFigures({ index, rates, ledger, redis, log, onStateRead: checks.redis.succeeded })
  const live = new LiveHub({ index, figures, redis })
  const metrics = new ApplicationMetrics(context.metrics, { index, live })
  checks.addFleet(index)
  const feed = new FleetFeed({
    index,
    redis,
    database,
    rates,
    log,
    signal: context.signal,
    onTailRead: checks.tail.succeeded,
    onRegistry: checks.database.note,
    onGap: () => metrics.gaps.inc(),
    onApplied: () => live.flush(),
  })
  const { STELLA_PUBLIC_URL: publicUrl } = configuration
  const mailHost = publicUrl === undefined ? 'stellacontrol.local' : new URL(publicUrl).hostname
  const application: Application = {
    database,
    redis,
    log,
    index,
    feed,
    figures,
    ledger,
    sessions: new Sessions(redis),
    directory: new AccessDirectory({ database, log }),
    live,
    keyring: new Keyring(configuration.STELLA_SECRET_KEY),
    openId: openId && new OpenIdProvider(openId),
    mails: new Mails({ database, server: mailServerOf(configuration), mailHost, log, outcomes: metrics.mails }),
    publicUrl,
    smsToken: tokenOf(configuration.STELLA_SMS_URL),
    isHttps: certificates !== undefined || (configuration.STELLA_PUBLIC_URL?.startsWith('https:') ?? false),
  }
  const server = own(
    await openHttpServer({
      application,
      host: configuration.STELLA_HTTP_HOST,
      port: configuration.STELLA_HTTP_PORT,
      dashboardFolder: configuration.STELLA_DASHBOARD_DIR,
      publicUrl,
      certificates,
      readiness: context.readiness,
      databaseCheck: checks.database.check,
      metrics: context.metrics,
      metricsToken: configuration.STELLA_METRICS_TOKEN,
    }),
  )
  own(runBackground(context, application, { feed, ownerUrl, now }))
  log.info({ host: configuration.STELLA_HTTP_HOST, port: server.port }, 'http.listening')
  return server
}

/** The password in the gateway's address. */
function tokenOf(smsUrl: string | undefined): string | undefined {
  const password = smsUrl === undefined ? '' : decodeURIComponent(new URL(smsUrl).password)
  return password === '' ? undefined : password
}
