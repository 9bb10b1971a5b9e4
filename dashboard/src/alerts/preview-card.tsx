import type { AlertRule, RuleCheckResult } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { problemWords } from '../forms/problem-words.ts'
import { Icon } from '../shell/icon.tsx'
import { alertSeverityWords } from '../words/alert-words.ts'
import { count, formatNumber } from '../words/numbers.ts'
import { foundWords } from './rule-words.ts'
import type { RuleChecked } from './use-rule-edit.ts'

/** Enough to look into; all of them are in the inbox once the rule is saved. */
const mostExamples = 8

interface PreviewCardProps {
  checked: RuleChecked
  rule: AlertRule
  /** True = of what is being edited, before it is saved. */
  isEdited: boolean
  /** Among which boosters: "at Mercy Harbour Hospital". */
  where: string
}

/** On how many boosters a rule would hold now. */
export function PreviewCard({ checked, rule, isEdited, where }: PreviewCardProps) {
  const { result, isCurrent, error } = checked
  return (
    <section className="part preview" aria-label="Now" aria-busy={!isCurrent}>
      <h3>
        Now{' '}
        <span>
          <span>{where}</span>
          {isEdited && ', before saving'}
        </span>
      </h3>
      {error !== null && result === undefined ? (
        <p className="t2">{problemWords(error)}</p>
      ) : (
        result !== undefined && <Preview {...{ result, rule }} />
      )}
    </section>
  )
}

function Preview({ result, rule }: { result: RuleCheckResult; rule: AlertRule }) {
  const { preview, valid } = result
  if (!valid) return <p className="t2">Once the rule can be, this shows how many boosters meet it.</p>
  if (preview === null)
    return (
      <p className="t2">One report cannot tell: it takes what comes after another, or weeks of a booster’s own past.</p>
    )
  const { devices, holdsOn, examples } = preview
  if (devices === 0) return <p className="t2">No booster has reported yet.</p>
  const how =
    holdsOn === 0 ? `None of ${count(devices, 'booster')}` : `${formatNumber(holdsOn)} of ${count(devices, 'booster')}`
  return (
    <>
      <p className="big" role="status">
        {how} would be in this state now
      </p>
      <p className="t3">By their latest reports, without waiting for holds</p>
      {examples.length > 0 && <Examples {...{ examples, rule }} />}
    </>
  )
}

type Examples = NonNullable<RuleCheckResult['preview']>['examples']

function Examples({ examples, rule }: { examples: Examples; rule: AlertRule }) {
  return (
    <ul className="found">
      {examples.slice(0, mostExamples).map(({ serial, name, subject, severity, value }) => {
        const shown = alertSeverityWords[severity as keyof typeof alertSeverityWords]
        return (
          <li key={`${serial} ${subject}`}>
            <Icon name={shown?.icon ?? 's4'} kind="sv" label={shown?.word ?? severity} />
            <Link className="link mono" to="/devices/$serial" params={{ serial }}>
              {serial}
            </Link>
            <span className="el">{name}</span>
            <span className="num nw">{[subject, foundWords(rule.looksAt, value)].filter(Boolean).join(' ')}</span>
          </li>
        )
      })}
    </ul>
  )
}
