import type { AlertClass, AlertSeverity, IncidentEvent, IncidentState } from '@stellacontrol/protocol'

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

export const incidentStateWords: Record<IncidentState, string> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  shelved: 'Shelved',
  cleared: 'Cleared',
}

export const alertClassWords: Record<AlertClass, string> = {
  communication: 'Communication',
  quality: 'Radio quality',
  processing: 'Processing',
  equipment: 'Equipment',
  environment: 'Environment',
}
export const alertClassNames = Object.keys(alertClassWords) as AlertClass[]

/** What happened to an incident, as its timeline says it. */
export const incidentEventWords: Record<IncidentEvent['kind'], { word: string; icon: string }> = {
  raised: { word: 'Raised', icon: 'bell' },
  repeated: { word: 'Changed', icon: 'clock' },
  acknowledged: { word: 'Acknowledged', icon: 'check' },
  shelved: { word: 'Shelved', icon: 'clock' },
  cleared: { word: 'Cleared', icon: 'check' },
  commented: { word: 'Comment', icon: 'chat' },
  assigned: { word: 'Assigned', icon: 'user' },
}
