import type { AlertEvidence } from './alerting/alert-evidence.ts'

/** What became of one report, as its sender wrote it down. */
export interface WitnessedReport {
  /** How often it was sent. */
  sent: number
  isAcknowledged: boolean
  /** Measured earlier: for the history only. */
  isBackfill: boolean
  /** Sent as bytes that nobody can decode: to be set aside. */
  isDamaged: boolean
  /** The report's own time, epoch ms. */
  at: number
}

/** One report as the history has it. */
export interface StoredReport {
  serial: string
  key: number
  rows: number
}

export interface LedgerCounts {
  appended: number
  stored: number
  duplicates: number
  setAside: number
  expired: number
  queued: number
}

/**
 * Everything the judge looks at, from four places that know nothing of each other: the sender's own record, the rows and counters
 * of PostgreSQL, the keys of the Redis servers, and the record of a subscriber. Reports are named by `identityKey`.
 */
export interface Evidence {
  reports: ReadonlyMap<string, ReadonlyMap<number, WitnessedReport>>
  stored: readonly StoredReport[]
  /** Messages set aside, by serial. */
  setAside: ReadonlyMap<string, number>
  statuses: ReadonlyMap<string, { key: number; at: number }>
  /** In the order in which the subscriber handled them. */
  announced: ReadonlyMap<string, readonly number[]>
  ledger: LedgerCounts
  /** Devices that send in another order than they measure: they may be overtaken by themselves. */
  unordered: ReadonlySet<string>
  /** The subscriber was hit by the fault: it may see announcements again. */
  mayRepeatAnnouncements: boolean
  /** Where somebody watches over the devices. */
  alerts?: AlertEvidence
  /** How many announcements of each device lie before this fault: their repeats were judged then. */
  announcedBefore: ReadonlyMap<string, number>
}
