import { type Database, isUnavailable, recordIncident } from '@stellacontrol/database'
import { MessageType } from '@stellacontrol/protocol'
import { type Redis, subscribeMessage } from '@stellacontrol/redis'
import { CodedError, type ServiceContext } from '@stellacontrol/runtime'

/**
 * Writes what happens to incidents into PostgreSQL: from the durable topic, so that alerts go on while PostgreSQL is away and
 * are all there when it is back.
 */
export async function recordIncidents(options: {
  redis: Redis
  database: Database
  context: ServiceContext
}): Promise<AsyncDisposable> {
  const { redis, database, context } = options
  const recorded = context.metrics.counter('stella_alert_recorded_total', 'Events of incidents that were recorded', [
    'outcome',
  ])
  await redis.state.ready()
  return subscribeMessage({
    type: MessageType.Alert,
    reader: context.name,
    handler: async (message) => {
      const isKnown = await recordIncident(database, message).catch((error) => {
        // However long it takes: what waits for PostgreSQL is not set aside.
        if (isUnavailable(error)) throw new CodedError('database-unavailable', 'incidents wait', { cause: error })
        throw error
      })
      recorded.inc({ outcome: isKnown ? 'recorded' : 'unknown-device' })
      if (!isKnown)
        context.log.warn({ serial: message.device.serialNumber, id: message.alert.id }, 'incident.of-nobody')
    },
  })
}
