import {
  compileRules,
  type Decision,
  type DeviceFacts,
  type DeviceState,
  evaluateMoment,
  evaluateReport,
  isKnown,
  nextDeadline,
} from '@stellacontrol/alerts'
import type { AlertRule } from '@stellacontrol/protocol'
import type { PastReport } from './faulty-past.ts'

export interface LiveIncident {
  subject: string | null
  severity: string
  raisedAt: number
  clearedAt: number | null
}

/** What the alert monitor makes of the reports of one device: every report as it comes, and every deadline when it is due. */
export function raisedLive(
  rule: AlertRule,
  past: readonly PastReport[],
  facts: DeviceFacts,
  untilAt: number,
): LiveIncident[] {
  const rules = compileRules([{ ...rule, enabled: true, hiddenBy: [] }])
  const incidents: LiveIncident[] = []
  const open = new Map<string | undefined, LiveIncident>()
  const note = ({ do: what, subject, severity, at }: Decision) => {
    const known = open.get(subject)
    if (what === 'clear') {
      if (known) known.clearedAt = at
      open.delete(subject)
    } else if (known && rule.looksAt.kind !== 'event') known.severity = severity
    else {
      const incident = { subject: subject ?? null, severity, raisedAt: at, clearedAt: null }
      incidents.push(incident)
      open.set(subject, incident)
    }
  }
  let state: DeviceState | undefined
  const passTime = (until: number) => {
    for (let last = 0; state !== undefined; ) {
      const at: number | undefined = nextDeadline(rules, state, 0)
      if (at === undefined || at >= until || at <= last) return
      last = at
      const moment = evaluateMoment(rules, state, at - state.reportedAt, at)
      state = moment.state
      moment.decisions.forEach(note)
    }
  }
  for (const { status, entry } of past) {
    if (isKnown(state, status)) continue
    passTime(entry.receivedAt)
    const evaluation = evaluateReport(rules, state, status, facts, entry.receivedAt)
    state = evaluation.state
    evaluation.decisions.forEach(note)
  }
  passTime(untilAt)
  return incidents
}
