import { setMaxListeners } from 'node:events'
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

/** A service that was opened; disposing it closes everything it owns, in reverse order. */
export interface RunningService extends AsyncDisposable {
  context: ServiceContext
}

/**
 * Opens a service inside this process: what `runService` does, without the process' signals. For tests and for programs that
 * hold a service in their own process. What was opened is closed again if opening fails.
 */
export async function startService(
  name: string,
  environment: Environment,
  open: (context: ServiceContext) => Promise<void>,
): Promise<RunningService> {
  const configuration = readConfiguration(commonConfiguration, environment)
  const log = createLog(name, configuration.STELLA_LOG_LEVEL)
  const stopping = new AbortController()
  // Each of a service's many loops and subscriptions listens for the end.
  setMaxListeners(0, stopping.signal)
  const resources: AsyncDisposable[] = []
  const own = <Resource extends AsyncDisposable>(resource: Resource) => {
    resources.push(resource)
    return resource
  }
  const metrics = new Metrics(name)
  const readiness = new Readiness()
  let isOpen = false
  readiness.add('opened', () => ({ ok: isOpen, detail: isOpen ? 'everything is open' : 'still opening' }))
  const context = { name, environment, log, metrics, readiness, signal: stopping.signal, own }
  const close = async () => {
    stopping.abort()
    await closeAll(resources, log)
  }
  try {
    if (configuration.STELLA_HEALTH_PORT !== undefined) {
      own(await serveHealth({ port: configuration.STELLA_HEALTH_PORT, readiness, metrics }))
    }
    await open(context)
    isOpen = true
  } catch (error) {
    await close()
    throw error
  }
  return { context, [Symbol.asyncDispose]: close }
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
  const startLog = createLog(name)
  let service: RunningService | undefined
  let isStopping = false
  const stop = async (reason: string, exitCode: number) => {
    if (isStopping) return
    isStopping = true
    const log = service?.context.log ?? startLog
    log.info({ reason }, 'service.stopping')
    setTimeout(() => {
      log.error({ deadlineMs: stopDeadlineMs }, 'service.stop-timed-out')
      process.exit(1)
    }, stopDeadlineMs).unref()
    await service?.[Symbol.asyncDispose]()
    process.exit(exitCode)
  }
  const fail = (error: unknown) => {
    startLog.fatal({ error: describe(error) }, 'service.failed')
    if (isStopping) process.exit(1)
    void stop('failure', 1)
  }
  process.on('SIGTERM', () => void stop('SIGTERM', 0))
  process.on('SIGINT', () => void stop('SIGINT', 0))
  process.on('disconnect', () => void stop('parent-gone', 0))
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  try {
    service = await startService(name, environment, open)
    service.context.log.info('service.started')
  } catch (error) {
    fail(error)
  }
}

async function closeAll(resources: AsyncDisposable[], log: Log): Promise<void> {
  for (const resource of resources.splice(0).reverse()) {
    try {
      await resource[Symbol.asyncDispose]()
    } catch (error) {
      log.error({ error: describe(error) }, 'service.close-failed')
    }
  }
}

/** What a log line says of an error: enough to find it, the causes included. */
export function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: messageOf(error) }
  const code = 'code' in error ? error.code : undefined
  const cause = error.cause === undefined ? undefined : describe(error.cause)
  return { name: error.name, message: error.message, code, cause, stack: error.stack }
}
