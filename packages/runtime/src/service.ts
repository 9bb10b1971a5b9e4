import { messageOf } from './coded-error.ts'
import { commonConfiguration, type Environment, readConfiguration } from './configuration.ts'
import { Readiness, serveHealth } from './health.ts'
import { createLog, type Log } from './log.ts'
import { Metrics } from './metrics.ts'

/** A service that has not stopped by then is ended: whoever waits for it may start the next one. */
const stopDeadlineMs = 8_000

export interface ServiceContext {
  /** Folder, process, log and reader name in one word. */
  name: string
  environment: Environment
  log: Log
  metrics: Metrics
  readiness: Readiness
  /** Aborts when the service must stop. */
  signal: AbortSignal
  /** Closes `resource` when the service stops, in reverse order of opening. */
  own<Resource extends AsyncDisposable>(resource: Resource): Resource
}

/**
 * Runs a service until SIGTERM, SIGINT or the end of the process that started it (IPC channel closed). `open` starts
 * everything and returns; the runner alone ends the process: 0 after an orderly stop, 1 after a failure.
 */
export async function runService(
  name: string,
  environment: Environment,
  open: (context: ServiceContext) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController()
  const resources: AsyncDisposable[] = []
  let log = createLog(name)
  const stop = (reason: string, exitCode: number) => {
    if (stopping.signal.aborted) return
    log.info({ reason }, 'service.stopping')
    stopping.abort()
    void closeAll(resources, log).then(() => process.exit(exitCode))
  }
  const fail = (error: unknown) => {
    log.fatal({ error: describe(error) }, 'service.failed')
    if (stopping.signal.aborted) process.exit(1)
    stop('failure', 1)
  }
  process.on('SIGTERM', () => stop('SIGTERM', 0))
  process.on('SIGINT', () => stop('SIGINT', 0))
  process.on('disconnect', () => stop('parent-gone', 0))
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)

  try {
    const configuration = readConfiguration(commonConfiguration, environment)
    log = createLog(name, configuration.STELLA_LOG_LEVEL)
    const metrics = new Metrics(name)
    const readiness = new Readiness()
    const own = <Resource extends AsyncDisposable>(resource: Resource) => {
      resources.push(resource)
      return resource
    }
    if (configuration.STELLA_HEALTH_PORT !== undefined) {
      own(await serveHealth({ port: configuration.STELLA_HEALTH_PORT, readiness, metrics }))
    }
    await open({ name, environment, log, metrics, readiness, signal: stopping.signal, own })
    log.info('service.started')
  } catch (error) {
    fail(error)
  }
}

async function closeAll(resources: AsyncDisposable[], log: Log): Promise<void> {
  const deadline = setTimeout(() => {
    log.error({ deadlineMs: stopDeadlineMs }, 'service.stop-timed-out')
    process.exit(1)
  }, stopDeadlineMs)
  for (const resource of resources.reverse()) {
    try {
      await resource[Symbol.asyncDispose]()
    } catch (error) {
      log.error({ error: describe(error) }, 'service.close-failed')
    }
  }
  clearTimeout(deadline)
}

/** What a log line says of an error: enough to find it, the causes included. */
export function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: messageOf(error) }
  const code = 'code' in error ? error.code : undefined
  const cause = error.cause === undefined ? undefined : describe(error.cause)
  return { name: error.name, message: error.message, code, cause, stack: error.stack }
}
