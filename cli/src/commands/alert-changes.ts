import { commandLineActor, type IncidentRow, recordAudit } from '@stellacontrol/database'
import type { Alert } from '@stellacontrol/protocol'
import { changeIncident, type IncidentAction } from '@stellacontrol/redis'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { withDatabase, withRedis } from '../installation.ts'
import { incidentLike } from './alert-list.ts'
import { durationMs } from './duration.ts'

interface Wanted {
  do: IncidentAction
  audit: string
  shelvedUntil?: string
}

export function acknowledgeCommand(context: CommandContext): Command {
  return new Command('ack')
    .description('say that somebody takes care of incidents')
    .argument('<id...>', 'their ids, or how they begin')
    .option('--json', 'one JSON object per incident and line')
    .action((ids: string[], options: { json?: boolean }) =>
      change(context, ids, { do: 'acknowledge', audit: 'alert.acknowledged' }, options),
    )
}

export function shelveCommand(context: CommandContext): Command {
  return new Command('shelve')
    .description('put incidents aside for a time')
    .argument('<id...>', 'their ids, or how they begin')
    .requiredOption('--for <duration>', 'such as 30m, 4h or 7d; at most 30 days')
    .option('--json', 'one JSON object per incident and line')
    .action((ids: string[], options: { for: string; json?: boolean }) => {
      const shelvedUntil = new Date(Date.now() + durationMs(options.for)).toISOString()
      return change(context, ids, { do: 'shelve', audit: 'alert.shelved', shelvedUntil }, options)
    })
}

async function change(
  { environment, output }: CommandContext,
  ids: readonly string[],
  wanted: Wanted,
  options: { json?: boolean },
): Promise<void> {
  await withDatabase(environment, async (database) => {
    const incidents = await Promise.all(ids.map((id) => incidentLike(database, id)))
    await withRedis(environment, async (redis) => {
      await redis.state.ready()
      for (const incident of incidents) {
        const { id, scope, rule, subject } = incident
        const how = { do: wanted.do, by: commandLineActor.actor, at: new Date().toISOString() }
        const key = { id, scope, rule, subject: subject ?? undefined }
        const alert = await changeIncident(redis, key, { ...how, shelvedUntil: wanted.shelvedUntil })
        if (alert === undefined) throw new CommandError('failure', `Incident ${id} is over.`)
        await recordAudit(database, commandLineActor, [auditOf(incident, alert, wanted)])
        if (options.json)
          output.data(JSON.stringify({ id, state: alert.state, shelvedUntil: alert.shelvedUntil ?? null }))
        else output.say(`${id.slice(0, 8)} on ${scope} is ${alert.state}.`)
      }
    })
  })
}

function auditOf(incident: IncidentRow, alert: Alert, { audit, shelvedUntil }: Wanted) {
  return {
    ...{ organisationId: incident.organisation.id, action: audit, objectKind: 'incident', objectId: incident.id },
    before: { state: incident.state },
    after: { device: incident.scope, rule: incident.rule, state: alert.state, ...(shelvedUntil && { shelvedUntil }) },
  }
}
