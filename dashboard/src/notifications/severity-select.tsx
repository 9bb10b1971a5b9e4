import type { AlertSeverity } from '@stellacontrol/protocol'

/** From which severity on, in words that say what is in it. */
const words: Record<AlertSeverity, string> = {
  critical: 'Critical only',
  major: 'Critical and major',
  minor: 'Critical, major and minor',
  warning: 'Everything, warnings too',
}

interface SeveritySelectProps {
  name: string
  value: AlertSeverity
  onChange: (severity: AlertSeverity) => void
}

/** A choice of a severity, from which on something holds. */
export function SeveritySelect({ name, value, onChange }: SeveritySelectProps) {
  return (
    <select name={name} value={value} onChange={({ target }) => onChange(target.value as AlertSeverity)}>
      <SeverityOptions />
    </select>
  )
}

export function SeverityOptions() {
  return Object.entries(words).map(([severity, text]) => (
    <option key={severity} value={severity}>
      {text}
    </option>
  ))
}
