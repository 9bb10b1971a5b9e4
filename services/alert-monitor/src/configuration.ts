import { redisConfiguration } from '@stellacontrol/redis'
import { urlOf } from '@stellacontrol/runtime'

/** What the alert monitor reads from the environment. */
export const alertMonitorConfiguration = {
  ...redisConfiguration,
  DATABASE_URL: urlOf('postgres', 'postgresql'),
}
