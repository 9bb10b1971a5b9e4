import {
  historyMetrics,
  type IncidentRow,
  listAudit,
  type Queries,
  readHistory,
  type Scope,
} from '@stellacontrol/database'
import { bandName, type History, type IncidentDetail } from '@stellacontrol/protocol'
import { deviceModels } from '@stellacontrol/protocol/models'
import { iso } from './incident-views.ts'

const aroundMs = 15 * 60_000
/** What held for long before it was raised is shown from its beginning, at most this long before. */
const longestHoldMs = 2 * 3_600_000
const maximumChanges = 100
const points = 5_000

/**
 * What is known of the time around an incident: every value of the reports from 15 minutes before the condition began to hold
 * until 15 minutes after it was raised, and what people did to the device. Of the caller's own time with the device only.
 */
export async function readBlackBox(
  queries: Queries,
  scope: Scope,
  incident: IncidentRow,
): Promise<IncidentDetail['blackBox']> {
  const fromAt = Math.max(Math.min(incident.since, incident.raisedAt), incident.raisedAt - longestHoldMs) - aroundMs
  const toAt = incident.raisedAt + aroundMs
  const range = { from: iso(fromAt), to: iso(toAt) }
  const { device } = incident
  if (device === null) return { ...range, history: null, changes: [] }
  const metrics = metricsOf(device.model, incident.subject)
  const history = await readHistory(queries, scope, { serial: device.serial, ...range, metrics, points })
  const query = { objectKind: 'device', objectId: device.serial, from: fromAt, to: toAt, limit: maximumChanges }
  const events = await listAudit(queries, scope, query)
  const changes = events.map(({ at, actor, action, before, after }) => ({ at: iso(at), actor, action, before, after }))
  return { ...range, history: history ? withoutEmptySeries(history) : null, changes }
}

/** Everything that history keeps of a device of this model; the subject's band also where the model is not known. Pure. */
function metricsOf(model: string, subject: string | null): string[] {
  const bands = new Set(deviceModels.get(model)?.bands.map(bandName))
  if (subject !== null && /^B\d{1,3}$/.test(subject)) bands.add(subject)
  return [
    ...historyMetrics.system,
    ...[...bands].flatMap((band) => historyMetrics.band.map((name) => `${band}.${name}`)),
  ]
}

function withoutEmptySeries(history: History): History {
  return { ...history, series: history.series.filter(({ average }) => average.some((value) => value !== null)) }
}
