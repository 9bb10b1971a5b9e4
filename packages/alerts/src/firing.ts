import type { AlertSeverity } from '@stellacontrol/protocol'

/** Once that the rule would have been raised. Moments in epoch ms. */
export interface Firing {
  subject: string | undefined
  /** The worst level that it reached. */
  severity: AlertSeverity
  raisedAt: number
  /** Undefined = still raised at the end of the range. */
  clearedAt: number | undefined
  /** The worst value while it was raised; undefined for events. */
  peak: number | undefined
  /** Somebody took care of an incident in its time. Known once it ended. */
  isHeeded: boolean
  /** Variants, by their index, that were raised in its time too; only of the rule as it is, once it ended. */
  keptBy: number[]
}

/** An incident of the rule that somebody took care of. Moments in epoch ms. */
export interface HeededIncident {
  subject: string | undefined
  raisedAt: number
  /** Undefined = still raised. */
  clearedAt: number | undefined
}
