import { join } from 'node:path'
import { createUser, type Database, putPreferences, setMembership } from '@stellacontrol/database'
import { defaultNotificationPreferences } from '@stellacontrol/protocol'
import type { FaultSpecification, Fleet } from '@stellacontrol/simulator'
import type { ServiceProcess } from '../../stack/service-process.ts'
import type { Stack } from '../../stack/stack.ts'
import type { Evidence } from '../evidence.ts'
import { type AlertEvidence, patientsRule, type RecordedDelivery, type RecordedIncident } from './alert-evidence.ts'
import { readAlertRecord } from './alert-record.ts'
import type { Mailbox } from './mailbox.ts'

const patientsOfARun = 24
/** A mail names so many devices of a site and cause; more it counts, and the judge could not tell which. */
const patientsOfASite = 4
/** The first devices misbehave by themselves. */
const unrulyDevices = 11
/** Seconds from the start of a load: the fleet has connected, and faults are about to begin. */
const cutFromSeconds = 2
const cutWithinSeconds = 4
/** Every third patient has its mains back after this time: about when people are to be told. */
const shortCutSeconds = 8

/** Between the cut and the reports that tell of it, and the other way round. */
const reportsFollowWithinMs = 1_000

/** A patient and its cut, epoch ms. */
interface Cut {
  serial: string
  isOver: boolean
  from: number
  until: number | undefined
}

/** What watches over the devices of an installation, and tells people. */
export interface Alerting {
  monitors: ServiceProcess[]
  notifiers: ServiceProcess[]
  mailbox: Mailbox
  /** Where the durable subscriber writes what it heard of incidents. */
  record: string
  people: Map<string, string[]>
  cuts: Cut[]
}

/** Adds two alert monitors, two notification services, and a person for each site. */
export async function addAlerting(stack: Stack, fleet: Fleet, mailbox: Mailbox): Promise<Alerting> {
  const people = await addPeople(stack.database, fleet)
  // Critical: people are told after ten seconds.
  const changes = JSON.stringify({ levels: [{ severity: 'critical', raiseAt: 0.5, clearAt: 0.5 }] })
  await stack.database.execute(
    `insert into alert_rule_override (rule, scope, scope_id, organisation_id, changes, changed_by)
     select $1, 'organisation', id::text, id, $2::jsonb, 'chaos' from organisation where kind = 'manufacturer'`,
    [patientsRule, changes],
  )
  const [firstMonitor, firstNotifier] = await Promise.all([stack.addAlertMonitor(), stack.addNotificationService()])
  const [monitor, notifier] = await Promise.all([stack.addAlertMonitor(), stack.addNotificationService()])
  return {
    ...{ monitors: [firstMonitor, monitor], notifiers: [firstNotifier, notifier], mailbox },
    ...{ record: alertRecordOf(stack.folder), people, cuts: [] },
  }
}

export const alertRecordOf = (folder: string) => join(folder, 'alerts.record')

async function addPeople(database: Database, fleet: Fleet): Promise<Map<string, string[]>> {
  const people = new Map<string, string[]>()
  const sites = await database.query<{ id: number; name: string; organisation_id: number }>(
    'select id, name, organisation_id from site order by id',
  )
  for (const { id, name, organisation_id: organisationId } of sites) {
    const email = `site${id}@chaos.example`
    const account = { organisationId, email, name, role: 'operator' } as const
    const { id: userId } = await createUser(database, { ...account, passwordHash: 'x' })
    await setMembership(database, { userId, organisationId, role: 'operator' })
    await putPreferences(database, userId, {
      ...defaultNotificationPreferences,
      ...{ sites: [id], rules: [patientsRule], leastSeverity: 'critical' },
    })
    people.set(
      email,
      fleet.devices.filter(({ site }) => site === name).map(({ serial }) => serial),
    )
  }
  return people
}

/** Whose mains are cut in the load that begins now. The mains of those before are back with it. */
export function nextPatients({ cuts }: Alerting, fleet: Fleet): FaultSpecification[] {
  const now = Date.now()
  for (const cut of cuts) {
    cut.isOver = true
    cut.until ??= now
  }
  const known = new Set(cuts.map(({ serial }) => serial))
  const ofSite = new Map<string, number>()
  const possible = fleet.devices.slice(unrulyDevices).filter(({ serial, site }) => {
    if (known.has(serial)) return false
    ofSite.set(site, (ofSite.get(site) ?? 0) + 1)
    return (ofSite.get(site) as number) <= patientsOfASite
  })
  const chosen = possible.slice(0, patientsOfARun)
  if (chosen.length === 0) throw new Error('every device has had its mains cut: take more devices')
  return chosen.map(({ serial }, index) => {
    const start = cutFromSeconds + (cutWithinSeconds * index) / chosen.length
    const end = index % 3 === 0 ? start + shortCutSeconds : undefined
    const until = end === undefined ? undefined : now + end * 1000
    cuts.push({ serial, isOver: end !== undefined, from: now + start * 1000, until })
    return { fault: 'mains-loss', serial, start, ...(end === undefined ? {} : { end }) }
  })
}

export async function collectAlertEvidence(
  alerting: Alerting,
  database: Database,
  reports: Evidence['reports'],
): Promise<AlertEvidence> {
  const { mailbox, people, cuts, record } = alerting
  const incidents = await database.query<RecordedIncident>('select id, scope, rule, state, version from incident')
  const deliveries = await database.query<RecordedDelivery>(
    'select bundle_id as "bundleId", recipient, outcome from notification_delivery',
  )
  const patients = cuts.map((cut) => ({ serial: cut.serial, isOver: cut.isOver, isSeen: wasSeen(cut, reports) }))
  return { patients, people, incidents, deliveries, bus: readAlertRecord(record), mails: mailbox.read() }
}

/** By the sender's own record. A device that was not connected meanwhile tells of it afterwards, for the history alone. */
function wasSeen({ serial, from, until = Number.POSITIVE_INFINITY }: Cut, reports: Evidence['reports']): boolean {
  const [first, last] = [from + reportsFollowWithinMs, until - reportsFollowWithinMs]
  const own = [...(reports.get(serial)?.values() ?? [])]
  return own.some((report) => report.isAcknowledged && !report.isBackfill && report.at >= first && report.at <= last)
}

/** True once there is a record of as many mails as arrived. */
export async function areMailsRecorded({ mailbox }: Alerting, database: Database): Promise<boolean> {
  const arrived = new Set(mailbox.read().map(({ messageId }) => messageId))
  const rows = await database.query<{ count: number }>('select count(*)::int as count from notification_delivery')
  return rows[0]?.count === arrived.size
}
