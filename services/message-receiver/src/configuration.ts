import { redisConfiguration } from '@stellacontrol/redis'
import { port, urlOf, wholeNumber } from '@stellacontrol/runtime'
import { z } from 'zod'

/** What the receiver reads from the environment. Limits: docs/protocol.md. */
export const receiverConfiguration = {
  ...redisConfiguration,
  DATABASE_URL: urlOf('postgres', 'postgresql'),
  STELLA_MQTT_HOST: z.string().default('0.0.0.0'),
  STELLA_MQTT_PORT: port.default(1883),
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
