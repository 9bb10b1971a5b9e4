import { redisConfiguration } from '@stellacontrol/redis'
import { urlOf } from '@stellacontrol/runtime'

/** What the processor reads from the environment. */
export const processorConfiguration = {
  ...redisConfiguration,
  DATABASE_URL: urlOf('postgres', 'postgresql'),
}
