import type { Finding } from '@stellacontrol/protocol'
import { Icon } from '../shell/icon.tsx'
import { severityNames, severityWords } from '../words/severity-words.ts'

/** "1 major", "2 minor": how many findings of each severity. */
export function FindingTags({ findings }: { findings: readonly Finding[] }) {
  return severityNames.map((severity) => {
    const amount = findings.filter((finding) => finding.severity === severity).length
    if (amount === 0) return null
    const { icon, word, className } = severityWords[severity]
    return (
      <span key={severity} className={`tag ${className}`}>
        <Icon name={icon} kind="sv" />
        {amount} {word.toLowerCase()}
      </span>
    )
  })
}
