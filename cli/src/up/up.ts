import { once } from 'node:events'
import { join, resolve } from 'node:path'
import type { Environment } from '@stellacontrol/runtime'
import { checkout } from '../checkout.ts'
import type { Output } from '../output.ts'
import { readUpConfiguration, type UpConfiguration } from './configuration.ts'
import { type DeviceAddress, deviceAddressOf } from './device-address.ts'
import { endLeftovers, recordChildren } from './leftovers.ts'
import { checkPorts, type WantedPort } from './ports.ts'
import { type Preparation, prepareInstallation } from './prepare.ts'
import { type ConnectionFacts, lockDataFolder, removeFacts, writeFacts } from './run-folder.ts'
import { startScreen } from './screen.ts'
import { ensureSecretKey } from './secret-key.ts'
import { type StartedServers, startServers } from './servers.ts'
import { httpScheme, type PlannedService, planServices, planSimulator, untilReady } from './services.ts'
import { Supervisor } from './supervisor.ts'

/** Ctrl-C must be over within ten seconds: the simulator, then the services, then the servers they use. */
const stopDeadlineMs = { simulator: 1_500, services: 5_500, servers: 2_500 }

/**
 * Starts everything, prints one screen, and stops everything when the signal aborts. What was started is stopped again,
 * whatever fails on the way. Safe to repeat on the same data folder, also after kill -9.
 */
export async function up(environment: Environment, output: Output, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now()
  const configuration = readUpConfiguration(environment, { workingFolder: process.cwd(), checkout })
  const undo: (() => void | Promise<void>)[] = []
  try {
    undo.push(lockDataFolder(configuration.dataFolder))
    await endLeftovers(childrenFile(configuration))
    await checkPorts(wantedPorts(configuration))

    output.say('Starting the servers …')
    const servers = await startServers(configuration, output.say)
    undo.push(() => servers.stop(stopDeadlineMs.servers))
    if (signal.aborted) return

    const facts = { ...connectionFacts(configuration, servers), ...revocationFact(environment) }
    const preparation = await prepareInstallation(configuration, servers.databaseUrl, output.say)
    if (signal.aborted) return

    output.say('Starting the services …')
    const supervisor = superviseIn(configuration, output)
    undo.push(() => stopChildren(supervisor))
    const STELLA_SECRET_KEY = environment.STELLA_SECRET_KEY || ensureSecretKey(configuration.dataFolder)
    const services = await startServices(configuration, supervisor, { ...environment, ...facts, STELLA_SECRET_KEY })
    await untilReady(services, supervisor, signal)
    if (signal.aborted) return

    if (preparation.fleetFile !== undefined)
      startSimulator(configuration, supervisor, environment, preparation.fleetFile)
    undo.push(() => removeFacts(configuration.dataFolder))
    const readyUrls = Object.fromEntries(services.map(({ specification, readyUrl }) => [specification.name, readyUrl]))
    writeFacts(configuration.dataFolder, { environment: facts, readyUrls })
    printScreen(output, { configuration, servers, preparation, scheme: httpScheme(environment), startedAt })
    if (!signal.aborted) await once(signal, 'abort')
    output.say('Stopping …')
  } finally {
    for (const step of undo.reverse()) await step()
  }
  output.say('Stopped.')
}

/** The ports that our services will listen on. Pure. */
export function wantedPorts({ httpPort, mqttPort, mqttTlsPort, given }: UpConfiguration): WantedPort[] {
  const web: WantedPort = { variable: 'STELLA_HTTP_PORT', port: httpPort, purpose: 'web page' }
  if (given.mqttUrl !== undefined) return [web]
  const devices = { variable: 'STELLA_MQTT_PORT', port: mqttPort, purpose: 'devices' }
  const encrypted = { variable: 'STELLA_MQTT_TLS_PORT', port: mqttTlsPort, purpose: 'devices over TLS' }
  return [web, ...[devices, encrypted].flatMap(({ port, ...rest }) => (port === undefined ? [] : [{ ...rest, port }]))]
}

/** What services and later commands need to reach everything. Pure. */
export function connectionFacts(
  configuration: UpConfiguration,
  servers: Pick<StartedServers, 'queueUrl' | 'stateUrl' | 'databaseUrl' | 'databaseApiUrl'>,
): ConnectionFacts {
  return {
    REDIS_QUEUE_URL: servers.queueUrl,
    REDIS_STATE_URL: servers.stateUrl,
    DATABASE_URL: servers.databaseUrl,
    ...(servers.databaseApiUrl === undefined ? {} : { DATABASE_API_URL: servers.databaseApiUrl }),
    STELLA_HTTP_PORT: String(configuration.httpPort),
    STELLA_MQTT_PORT: String(configuration.mqttPort ?? 'none'),
    ...(configuration.mqttTlsPort === undefined ? {} : { STELLA_MQTT_TLS_PORT: String(configuration.mqttTlsPort) }),
    ...(configuration.given.mqttUrl === undefined ? {} : { MQTT_URL: configuration.given.mqttUrl }),
  }
}

/** `doctor` looks at the file, from wherever it is called. */
function revocationFact({ STELLA_MQTT_CLIENT_CRL: file }: Environment): ConnectionFacts {
  return file === undefined || file === '' ? {} : { STELLA_MQTT_CLIENT_CRL: resolve(file) }
}

function childrenFile({ dataFolder }: UpConfiguration): string {
  return join(dataFolder, 'run', 'children.json')
}

function superviseIn(configuration: UpConfiguration, output: Output): Supervisor {
  return new Supervisor({
    logFolder: join(configuration.dataFolder, 'logs'),
    say: output.say,
    onChange: (pids) => recordChildren(childrenFile(configuration), pids),
  })
}

async function startServices(
  configuration: UpConfiguration,
  supervisor: Supervisor,
  environment: Environment,
): Promise<PlannedService[]> {
  const services = await planServices(environment, configuration.httpPort)
  for (const { specification } of services) supervisor.start(specification)
  return services
}

function startSimulator(
  configuration: UpConfiguration,
  supervisor: Supervisor,
  environment: Environment,
  fleetFile: string,
): void {
  const stateFolder = join(configuration.dataFolder, 'simulator')
  supervisor.start(planSimulator({ environment, fleetFile, stateFolder, address: addressOf(configuration) }))
}

async function stopChildren(supervisor: Supervisor): Promise<void> {
  await supervisor.stop(stopDeadlineMs.simulator, ['simulator'])
  await supervisor.stop(stopDeadlineMs.services)
}

function addressOf({ given, mqttPort, mqttTlsPort, dataFolder }: UpConfiguration): DeviceAddress {
  return deviceAddressOf({ brokerUrl: given.mqttUrl, port: mqttPort, tlsPort: mqttTlsPort, dataFolder })
}

function printScreen(
  output: Output,
  facts: {
    configuration: UpConfiguration
    servers: StartedServers
    preparation: Preparation
    scheme: 'http' | 'https'
    startedAt: number
  },
): void {
  const { configuration, servers, preparation } = facts
  const lines = startScreen(
    {
      pageUrl: `${facts.scheme}://127.0.0.1:${configuration.httpPort}/`,
      mqttUrl: addressOf(configuration).url,
      signIn: preparation.signIn,
      devices: preparation.simulatedDevices,
      dataFolder: configuration.dataFolder,
      logFolder: join(configuration.dataFolder, 'logs'),
      serverDescriptions: servers.descriptions,
      secondsToStart: (performance.now() - facts.startedAt) / 1_000,
    },
    output,
  )
  for (const line of lines) output.data(line)
}
