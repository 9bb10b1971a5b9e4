import type { DeviceSummary, Finding, Presence } from '@stellacontrol/protocol'
import type { CSSProperties } from 'react'
import { limitsOf } from '../device-models.ts'
import { Icon } from '../shell/icon.tsx'
import { formatNumber, notMeasured } from '../words/numbers.ts'
import { presencePhrase, presenceWords } from '../words/presence-words.ts'
import { severityClass, severityNames, severityWords } from '../words/severity-words.ts'

/** Shape, word and length of silence. */
export function PresenceStatus({ presence, device, now }: { presence: Presence; device: DeviceSummary; now: number }) {
  const { icon, className } = presenceWords[presence]
  return (
    <span className={`status ${className}`}>
      <Icon name={icon} kind="st" />
      {presencePhrase(presence, device, now)}
    </span>
  )
}

/** A number; with its shape and colour if it is a finding. */
export function JudgedValue({ text, finding }: { text: string; finding: Finding | undefined }) {
  if (text === notMeasured) return <span className="u">{notMeasured}</span>
  if (finding === undefined) return <span>{text}</span>
  const { icon, word } = severityWords[finding.severity]
  return (
    <span className={severityClass(finding)}>
      <Icon name={icon} kind="sv" label={`${word}: outside of its limit`} /> {text}
    </span>
  )
}

/** A small bar with a tick at the limit, which stands in the middle: right of it is good. */
export function MarginGauge(props: {
  marginDb: number | null | undefined
  model: string
  finding: Finding | undefined
}) {
  const limitDb = limitsOf(props.model).isolationMarginDb.minor
  if (props.marginDb === null || props.marginDb === undefined || limitDb === undefined) return null
  const percent = Math.min(100, Math.max(0, (props.marginDb / (2 * limitDb)) * 100))
  const style = { '--v': Math.round(percent) } as CSSProperties
  return <span className={`mg ${severityClass(props.finding)}`} style={style} />
}

/** How many findings of each severity, the worst first. */
export function FindingCounts({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return <span className="u">{notMeasured}</span>
  return (
    <span className="sevs">
      {severityNames.map((severity) => {
        const amount = findings.filter((finding) => finding.severity === severity).length
        if (amount === 0) return null
        return (
          <span key={severity}>
            <Icon name={severityWords[severity].icon} kind="sv" label={severityWords[severity].word} />
            {formatNumber(amount)}
          </span>
        )
      })}
    </span>
  )
}
