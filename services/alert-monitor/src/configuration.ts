import { redisConfiguration } from '@stellacontrol/redis'
import { urlOf } from '@stellacontrol/runtime'
import { z } from 'zod'

/** What the alert monitor reads from the environment. */
export const alertMonitorConfiguration = {
  ...redisConfiguration,
  DATABASE_URL: urlOf('postgres', 'postgresql'),
  /** Whose disk is looked at; absent = nobody's. */
  STELLA_DATA_DIR: z.string().optional(),
  /** Certificates whose end is looked at, where they lie on this machine. */
  STELLA_MQTT_TLS_CERT: z.string().optional(),
  STELLA_HTTP_TLS_CERT: z.string().optional(),
}
