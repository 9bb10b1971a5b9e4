import type { AlertMessage } from '@stellacontrol/protocol'
import type { ReadMail } from './mailbox.ts'

/** The rule that sees a patient's trouble at its first report, and its end as soon. */
export const patientsRule = 'mains-lost'

/** A device whose mains the simulator cut. */
export interface Patient {
  serial: string
  /** The mains are back. */
  isOver: boolean
  /** The platform was told: a report of that time went as one of now, and was acknowledged. What comes later is for the history alone. */
  isSeen: boolean
}

/** An incident as PostgreSQL has it. */
export interface RecordedIncident {
  id: string
  scope: string
  rule: string
  state: string
  version: number
}

/** A mail as PostgreSQL has it. */
export interface RecordedDelivery {
  bundleId: string
  recipient: string
  outcome: string
}

/** What the judge of alerts looks at: what the simulator did, what the bus said, what was recorded, and which mails arrived. */
export interface AlertEvidence {
  patients: readonly Patient[]
  /** Who is told of which devices, by address. */
  people: ReadonlyMap<string, readonly string[]>
  /** In the order in which a durable subscriber heard it. */
  bus: readonly AlertMessage[]
  incidents: readonly RecordedIncident[]
  mails: readonly ReadMail[]
  deliveries: readonly RecordedDelivery[]
}
