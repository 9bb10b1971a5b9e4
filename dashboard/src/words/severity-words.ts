import type { Finding, Severity } from '@stellacontrol/protocol'

/** How a severity is shown: word, shape (an icon's id), class of its colour. Normal has no shape: healthy is grey. */
export const severityWords: Record<Severity, { word: string; icon: string; className: string; rank: number }> = {
  critical: { word: 'Critical', icon: 's1', className: 'p1', rank: 3 },
  major: { word: 'Major', icon: 's2', className: 'p2', rank: 2 },
  minor: { word: 'Minor', icon: 's3', className: 'p3', rank: 1 },
  normal: { word: 'Normal', icon: 'on', className: '', rank: 0 },
}
export const severityNames = Object.keys(severityWords) as Severity[]

/** Findings of one code, the worst first. */
export function worstFinding(
  findings: readonly Finding[],
  matches: (finding: Finding) => boolean,
): Finding | undefined {
  let worst: Finding | undefined
  for (const finding of findings) {
    if (!matches(finding)) continue
    if (worst === undefined || severityWords[finding.severity].rank > severityWords[worst.severity].rank)
      worst = finding
  }
  return worst
}

/** The class of a finding's colour; nothing if there is no finding. */
export function severityClass(finding: Finding | undefined): string {
  return finding === undefined ? '' : severityWords[finding.severity].className
}
