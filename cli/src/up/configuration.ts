import { resolve } from 'node:path'
import { CodedError, type Environment, readConfiguration, urlOf, wholeNumber } from '@stellacontrol/runtime'
import { z } from 'zod'

/** What `stella up` shall start, and where. */
export interface UpConfiguration {
  httpPort: number
  /** Undefined = devices connect over TLS only. */
  mqttPort: number | undefined
  /** Undefined = no TLS. */
  mqttTlsPort: number | undefined
  dataFolder: string
  /** 0 = no simulator. */
  simulatedDevices: number
  administrator: { email: string; password: string | undefined }
  queueMemoryBytes: number
  stateMemoryBytes: number
  postgresSource: 'auto' | 'system' | 'embedded'
  /** Servers that somebody else runs; absent ones are started by us. */
  given: { queueUrl?: string; stateUrl?: string; databaseUrl?: string; mqttUrl?: string }
}

const mebibyte = 1024 * 1024
/** A week of seeded past of 200 devices needs some 50 MiB; statuses of 10,000 devices some 60. */
const defaultMemoryMb = { queue: 1_024, state: 2_048 }
const shortestPassword = 8
/** A simulator process of 10,000 devices is the largest that is tested. */
const mostDevices = 10_000

const redisUrl = urlOf('redis', 'rediss', 'redis-sentinel', 'redis-cluster').optional()

const variables = {
  STELLA_HTTP_PORT: wholeNumber(1, 65_535).default(8080),
  // The default stands before the transformation: after it, it would take the place of "none" too.
  STELLA_MQTT_PORT: z
    .string()
    .default('1883')
    .pipe(z.union([z.literal('none').transform(() => undefined), wholeNumber(1, 65_535)])),
  STELLA_MQTT_TLS_PORT: wholeNumber(1, 65_535).default(8883),
  STELLA_MQTT_TLS_CERT: z.string().optional(),
  STELLA_DATA_DIR: z.string().optional(),
  STELLA_SIMULATE: wholeNumber(0, mostDevices).default(200),
  STELLA_ADMIN_EMAIL: z.email({ message: 'expected an e-mail address' }).max(254).default('admin@stellacontrol.local'),
  STELLA_ADMIN_PASSWORD: z
    .string()
    .min(shortestPassword, { message: `expected at least ${shortestPassword} characters` })
    .optional(),
  STELLA_QUEUE_MEMORY_MB: wholeNumber(16, 1_048_576).default(defaultMemoryMb.queue),
  STELLA_STATE_MEMORY_MB: wholeNumber(16, 1_048_576).default(defaultMemoryMb.state),
  STELLA_POSTGRES: z
    .enum(['auto', 'system', 'embedded'], { message: 'expected auto, system or embedded' })
    .default('auto'),
  REDIS_QUEUE_URL: redisUrl,
  REDIS_STATE_URL: redisUrl,
  DATABASE_URL: urlOf('postgres', 'postgresql').optional(),
  MQTT_URL: urlOf('mqtt', 'mqtts').optional(),
}

/**
 * Reads the configuration; a pure function of the environment.
 * @param place folders that relative and absent STELLA_DATA_DIR are seen from
 * @throws CodedError `configuration-invalid`: one line per wrong variable, never its value
 */
export function readUpConfiguration(
  environment: Environment,
  place: { workingFolder: string; checkout: string },
): UpConfiguration {
  const read = readConfiguration(variables, environment)
  const mqttTlsPort = read.STELLA_MQTT_TLS_CERT === undefined ? undefined : read.STELLA_MQTT_TLS_PORT
  checkPorts({ httpPort: read.STELLA_HTTP_PORT, mqttPort: read.STELLA_MQTT_PORT, mqttTlsPort })
  return {
    httpPort: read.STELLA_HTTP_PORT,
    mqttPort: read.STELLA_MQTT_PORT,
    mqttTlsPort,
    dataFolder: dataFolderOf(read.STELLA_DATA_DIR, place),
    simulatedDevices: read.STELLA_SIMULATE,
    administrator: { email: read.STELLA_ADMIN_EMAIL.toLowerCase(), password: read.STELLA_ADMIN_PASSWORD },
    queueMemoryBytes: read.STELLA_QUEUE_MEMORY_MB * mebibyte,
    stateMemoryBytes: read.STELLA_STATE_MEMORY_MB * mebibyte,
    postgresSource: read.STELLA_POSTGRES,
    given: {
      ...(read.REDIS_QUEUE_URL === undefined ? {} : { queueUrl: read.REDIS_QUEUE_URL }),
      ...(read.REDIS_STATE_URL === undefined ? {} : { stateUrl: read.REDIS_STATE_URL }),
      ...(read.DATABASE_URL === undefined ? {} : { databaseUrl: read.DATABASE_URL }),
      ...(read.MQTT_URL === undefined ? {} : { mqttUrl: read.MQTT_URL }),
    },
  }
}

function checkPorts({
  httpPort,
  mqttPort,
  mqttTlsPort,
}: Pick<UpConfiguration, 'httpPort' | 'mqttPort' | 'mqttTlsPort'>) {
  const refuse = (problem: string) => new CodedError('configuration-invalid', problem)
  if (httpPort === mqttPort) throw refuse('STELLA_MQTT_PORT: expected another port than STELLA_HTTP_PORT')
  if (mqttTlsPort !== undefined && (mqttTlsPort === httpPort || mqttTlsPort === mqttPort)) {
    throw refuse('STELLA_MQTT_TLS_PORT: expected another port than STELLA_HTTP_PORT and STELLA_MQTT_PORT')
  }
  if (mqttPort === undefined && mqttTlsPort === undefined) {
    throw refuse('STELLA_MQTT_PORT is none, so STELLA_MQTT_TLS_CERT and _KEY must be set')
  }
}

/** The data folder: what STELLA_DATA_DIR says, seen from where the command was typed, else `data` beside the program. */
export function dataFolderOf(variable: string | undefined, place: { workingFolder: string; checkout: string }): string {
  return variable === undefined || variable === ''
    ? resolve(place.checkout, 'data')
    : resolve(place.workingFolder, variable)
}
