import { randomUUID } from 'node:crypto'
import { alertText, type Decision, unitOf } from '@stellacontrol/alerts'
import type { AlertRule } from '@stellacontrol/protocol'
import type { FoundAlert } from '@stellacontrol/redis'

/** A decision as the incident it would be if it were a new one. `rule` undefined = nobody knows that rule any more. */
export function foundAlert(rule: AlertRule | undefined, decision: Decision, parentId?: string): FoundAlert {
  const { subject, severity, value, threshold, isFlapping, hiddenBy, reason } = decision
  const at = new Date(decision.at).toISOString()
  const alert: FoundAlert = {
    id: randomUUID(),
    version: 0,
    rule: decision.rule,
    ruleName: rule?.name ?? decision.rule,
    class: rule?.class ?? 'processing',
    severity,
    state: 'open',
    at,
    since: new Date(decision.since).toISOString(),
    raisedAt: at,
    text: rule === undefined ? decision.rule : alertText(rule, decision),
    repeats: 0,
    isAnnounced: false,
  }
  const unit = rule && unitOf(rule)
  if (subject !== undefined) alert.subject = subject
  if (value !== undefined) alert.value = value
  if (threshold !== undefined) alert.threshold = threshold
  if (unit) alert.unit = unit
  if (rule?.advice) alert.advice = rule.advice
  if (isFlapping) alert.isFlapping = true
  if (reason !== undefined) alert.clearReason = reason
  if (parentId !== undefined) alert.parentId = parentId
  else if (hiddenBy !== undefined) alert.hiddenBy = hiddenBy
  return alert
}
