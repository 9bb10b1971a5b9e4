import { redisConfiguration } from '@stellacontrol/redis'
import {
  type CertificateFiles,
  CodedError,
  port,
  type readConfiguration,
  urlOf,
  wholeNumber,
} from '@stellacontrol/runtime'
import { z } from 'zod'

/** What the receiver reads from the environment. Limits: docs/protocol.md. */
export const receiverConfiguration = {
  ...redisConfiguration,
  DATABASE_URL: urlOf('postgres', 'postgresql'),
  STELLA_MQTT_HOST: z.string().default('0.0.0.0'),
  /** `none` = encrypted connections only. */
  // The default stands before the transformation: after it, it would take the place of "none" too.
  STELLA_MQTT_PORT: z
    .string()
    .default('1883')
    .pipe(z.union([z.literal('none').transform(() => undefined), port])),
  STELLA_MQTT_TLS_PORT: port.default(8883),
  /** PEM files; with them devices can connect over TLS. */
  STELLA_MQTT_TLS_CERT: z.string().optional(),
  STELLA_MQTT_TLS_KEY: z.string().optional(),
  /** PEM file of the authorities that made the devices' certificates; with it devices can sign in with them. */
  STELLA_MQTT_CLIENT_CA: z.string().optional(),
  /** PEM file of the revocation lists of all of those authorities. */
  STELLA_MQTT_CLIENT_CRL: z.string().optional(),
  /** An external broker instead of the embedded one. */
  MQTT_URL: urlOf('mqtt', 'mqtts').optional(),
  /** Distinguishes receivers of one host at an external broker; their sessions there survive restarts. */
  STELLA_MQTT_CLIENT_ID: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,40}$/, 'expected letters, digits and hyphens, 40 at most')
    .default('message-receiver'),
  /** Parallel subscriptions at an external broker: each confirms one message at a time. */
  STELLA_MQTT_SUBSCRIPTIONS: wholeNumber(1, 64).default(16),
  STELLA_MQTT_CONNECTIONS: wholeNumber(1, 200_000).default(20_000),
  STELLA_MQTT_REPORTS_PER_SECOND: wholeNumber(1, 10_000).default(50),
  STELLA_MQTT_CONNECTS_PER_SECOND: wholeNumber(1, 100_000).default(500),
}

type ReceiverConfiguration = ReturnType<typeof readConfiguration<typeof receiverConfiguration>>

/** The files of the receiver's TLS; undefined = none. @throws CodedError `configuration-invalid` for half of a pair, or no port at all */
export function tlsFilesOf(configuration: ReceiverConfiguration): CertificateFiles | undefined {
  const {
    STELLA_MQTT_TLS_CERT: certificate,
    STELLA_MQTT_TLS_KEY: key,
    STELLA_MQTT_CLIENT_CA: clientAuthority,
    STELLA_MQTT_CLIENT_CRL: revocationLists,
  } = configuration
  if (revocationLists !== undefined && clientAuthority === undefined) {
    throw new CodedError('configuration-invalid', 'STELLA_MQTT_CLIENT_CRL needs STELLA_MQTT_CLIENT_CA')
  }
  if (certificate !== undefined && key !== undefined) return { certificate, key, clientAuthority, revocationLists }
  if (certificate !== undefined || key !== undefined || clientAuthority !== undefined) {
    throw new CodedError('configuration-invalid', 'set both STELLA_MQTT_TLS_CERT and STELLA_MQTT_TLS_KEY')
  }
  if (configuration.STELLA_MQTT_PORT === undefined) {
    throw new CodedError(
      'configuration-invalid',
      'STELLA_MQTT_PORT is none, so STELLA_MQTT_TLS_CERT and _KEY must be set',
    )
  }
  return undefined
}
