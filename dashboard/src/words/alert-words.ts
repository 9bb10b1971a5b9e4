import type { AlertClass, AlertSeverity } from '@stellacontrol/protocol'

/** How the severity of an incident is shown: word, shape (an icon's id), class of its colour, and what it asks for. */
export const alertSeverityWords: Record<
  AlertSeverity,
  { word: string; icon: string; className: string; asks: string; rank: number }
> = {
  critical: { word: 'Critical', icon: 's1', className: 'p1', asks: 'act now', rank: 4 },
  major: { word: 'Major', icon: 's2', className: 'p2', asks: 'act today', rank: 3 },
  minor: { word: 'Minor', icon: 's3', className: 'p3', asks: 'look into it', rank: 2 },
  warning: { word: 'Warning', icon: 's4', className: 'p4', asks: 'know it', rank: 1 },
}
/** Worst first. */
export const alertSeverityNames = Object.keys(alertSeverityWords) as AlertSeverity[]

export const alertClassWords: Record<AlertClass, string> = {
  communication: 'Communication',
  quality: 'Radio quality',
  processing: 'Processing',
  equipment: 'Equipment',
  environment: 'Environment',
}
export const alertClassNames = Object.keys(alertClassWords) as AlertClass[]
