import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'
import { freePort, waitFor } from '@stellacontrol/test-servers'
import { type ServiceName, serviceFile, serviceNames, simulatorFile } from '../checkout.ts'
import { CommandError } from '../exit-code.ts'
import type { DeviceAddress } from './device-address.ts'
import type { ChildSpecification, Supervisor } from './supervisor.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** A service to start and the address at which it says that it is ready. */
export interface PlannedService {
  specification: ChildSpecification
  readyUrl: string
}

/**
 * Which services run with which variables. Whoever serves people never sees the owner's way into the database. Ports for health are chosen by
 * `choosePort`.
 */
export async function planServices(
  environment: Variables,
  httpPort: number,
  choosePort: () => Promise<number> = freePort,
): Promise<PlannedService[]> {
  return Promise.all(
    serviceNames.map(async (name) => {
      const hasOwnHttp = name === 'application-service'
      const healthPort = hasOwnHttp ? httpPort : await choosePort()
      return {
        specification: {
          name,
          file: serviceFile(name),
          environment: {
            ...environment,
            ...(hasOwnHttp && environment.DATABASE_API_URL !== undefined ? { DATABASE_URL: undefined } : {}),
            STELLA_HEALTH_PORT: hasOwnHttp ? undefined : String(healthPort),
          },
        },
        readyUrl: `${hasOwnHttp ? httpScheme(environment) : 'http'}://127.0.0.1:${healthPort}/readyz`,
      }
    }),
  )
}

/** The page speaks https only as soon as it has a certificate. */
export function httpScheme({ STELLA_HTTP_TLS_CERT: certificate }: Variables): 'http' | 'https' {
  return certificate === undefined || certificate === '' ? 'http' : 'https'
}

/** How the simulator is started for a fleet that devices of five report every second and the others every ten. */
export function planSimulator(options: {
  environment: Variables
  fleetFile: string
  stateFolder: string
  address: DeviceAddress
}): ChildSpecification {
  const flags = {
    fleet: options.fleetFile,
    mqtt: options.address.url,
    ...(options.address.authority === undefined ? {} : { ca: options.address.authority }),
    state: options.stateFolder,
    'interval-seconds': '10',
    live: '5',
    'backfill-days': '7',
  }
  return {
    name: 'simulator',
    file: simulatorFile,
    arguments: Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
    environment: options.environment,
  }
}

const readyDeadlineMs = 60_000
/** A service that ends this often before it was ready once will not come up by itself. */
const hopelessCrashes = 4

/** Waits until every service says that it is ready. @throws CommandError with the last words of one that does not come up */
export async function untilReady(
  services: PlannedService[],
  supervisor: Supervisor,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    services.map(async ({ specification: { name }, readyUrl }) => {
      let hopeless = false
      const isSettled = async () => {
        hopeless = supervisor.crashesOf(name) >= hopelessCrashes
        return signal.aborted || hopeless || (await isReady(readyUrl))
      }
      const wait = waitFor(isSettled, { deadlineMs: readyDeadlineMs, intervalMs: 100, what: `${name} to be ready` })
      const late = await wait.then(
        () => undefined,
        (error: Error) => error.message,
      )
      if (!hopeless && late === undefined) return
      const words = supervisor.lastWords(name)
      const problem = late ?? `${name} does not start`
      throw new CommandError('failure', `${problem}; the end of ${supervisor.logFileOf(name)}:\n${words}`)
    }),
  )
}

/** Whether an address of this machine answers 200 within two seconds; whose certificate it shows is not asked. */
export function isReady(url: string): Promise<boolean> {
  const get = url.startsWith('https:') ? getSecure : getPlain
  return new Promise((resolve) => {
    const options = { signal: AbortSignal.timeout(2_000), rejectUnauthorized: false, agent: false } as const
    const request = get(url, options, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode === 200))
      response.once('error', () => resolve(false))
    })
    request.once('error', () => resolve(false))
  })
}

export function isServiceName(name: string): name is ServiceName {
  return (serviceNames as readonly string[]).includes(name)
}
