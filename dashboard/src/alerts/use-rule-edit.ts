import type { AlertRule, RuleCheck, RuleCheckResult } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { ruleCheckQuery } from '../api/alert-rules.ts'
import { useSettled } from '../shell/paged-list.tsx'
import { isSame } from './rule-changes.ts'

/** A rule under the hands of somebody: what they changed is laid over what the service says, also when that changes meanwhile. */
export function useRuleEdit(start: AlertRule) {
  const [edits, setEdits] = useState<Partial<AlertRule>>({})
  /** Another number is another form: what was half typed goes with what is discarded. */
  const [round, setRound] = useState(0)
  const rule: AlertRule = { ...start, ...edits }
  const isDirty = !isSame(rule, start)
  const guard = useRef(isDirty)
  guard.current = isDirty
  const leaving = useBlocker({
    shouldBlockFn: () => guard.current,
    enableBeforeUnload: () => guard.current,
    withResolver: true,
  })
  return {
    rule,
    isDirty,
    leaving,
    round,
    change: (next: AlertRule) => setEdits(differences(next, start)),
    /** Nothing is asked any more: it was saved, or it is given up. */
    forget: () => {
      guard.current = false
      setEdits({})
      setRound(round + 1)
    },
  }
}

function differences(rule: AlertRule, start: AlertRule): Partial<AlertRule> {
  const fields = [...new Set([...Object.keys(rule), ...Object.keys(start)])] as (keyof AlertRule)[]
  return Object.fromEntries(
    fields.filter((field) => !isSame(rule[field], start[field])).map((field) => [field, rule[field]]),
  )
}

export interface RuleChecked {
  result: RuleCheckResult | undefined
  /** False while the result is that of what stood there a moment ago. */
  isCurrent: boolean
  error: Error | null
}

/** What the service says of a rule as it stands there, once it has not changed for a moment. */
export function useRuleCheck(body: RuleCheck): RuleChecked {
  const written = JSON.stringify(body)
  const settled = useSettled(written)
  const { data, error, isPlaceholderData } = useQuery(ruleCheckQuery(JSON.parse(settled) as RuleCheck))
  return { result: data, isCurrent: settled === written && !isPlaceholderData, error }
}
