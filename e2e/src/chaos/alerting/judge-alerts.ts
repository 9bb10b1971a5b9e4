import type { AlertMessage } from '@stellacontrol/protocol'
import { type AlertEvidence, patientsRule, type RecordedIncident } from './alert-evidence.ts'

/** The promises about alerts, by the names under which a verdict lists what broke them. */
export const alertRules = [
  'incident-lost',
  'incident-twice',
  'incident-invented',
  'incident-wrong',
  'mail-lost',
  'mail-twice',
  'mail-invented',
  'delivery-wrong',
] as const
export type AlertRuleOfJudge = (typeof alertRules)[number]

/** A crash between hand-over and removal repeats a mail once, under its Message-ID. */
const mostCopies = 2

type Find = (rule: AlertRuleOfJudge, example: string) => void

/** Decides whether the promises about alerts were kept. Pure. */
export function judgeAlerts(evidence: AlertEvidence, find: Find): void {
  judgeIncidents(evidence, find)
  judgeBus(evidence, find)
  judgeMails(evidence, find)
  judgeDeliveries(evidence, find)
}

/** Every cut of the mains that was seen is one incident, over when the mains are back, and there is none without. */
function judgeIncidents({ patients, incidents }: AlertEvidence, find: Find): void {
  const theirs = incidents.filter(ofPatients)
  for (const { serial, isOver, isSeen } of patients) {
    const [incident, ...others] = theirs.filter(({ scope }) => scope === serial)
    if (incident === undefined && isSeen) find('incident-lost', `${serial} lost its mains, and there is no incident`)
    if (others.length > 0) find('incident-twice', `${serial} has ${others.length + 1} incidents`)
    const state = isOver ? 'cleared' : 'open'
    if (incident && incident.state !== state) find('incident-wrong', `${serial} is ${incident.state}, not ${state}`)
  }
  const known = new Set(patients.map(({ serial }) => serial))
  for (const { scope } of theirs) if (!known.has(scope)) find('incident-invented', `${scope} has its mains`)
}

const ofPatients = ({ rule }: RecordedIncident) => rule === patientsRule

/** What was heard of any incident is what is recorded of it; one is open at a time, and it is announced once. */
function judgeBus({ bus, incidents }: AlertEvidence, find: Find): void {
  const recorded = new Map(incidents.map((incident) => [incident.id, incident]))
  const newest = new Map<string, AlertMessage['alert']>()
  const open = new Map<string, string>()
  const announced = new Set<string>()
  for (const { event, device, alert } of bus) {
    const { id, version, rule, state } = alert
    // It is heard at least once.
    if (version <= (newest.get(id)?.version ?? 0)) continue
    newest.set(id, alert)
    const subject = `${device.serialNumber} ${rule} ${alert.subject ?? ''}`
    const other = open.get(subject)
    if (state !== 'cleared' && other !== undefined && other !== id)
      find('incident-twice', `${subject}: ${id} and ${other}`)
    if (state !== 'cleared') open.set(subject, id)
    else if (other === id) open.delete(subject)
    if (event !== 'raised' || !alert.isAnnounced || rule !== patientsRule) continue
    if (announced.has(id)) find('incident-twice', `${subject}: ${id} was announced twice`)
    announced.add(id)
  }
  for (const [id, { version, rule }] of newest) {
    const record = recorded.get(id)
    if (record === undefined) find('incident-lost', `${rule} ${id} was heard of, and is not recorded`)
    else if (record.version !== version)
      find('incident-wrong', `${id} is version ${version}, recorded ${record.version}`)
  }
  for (const { id, rule } of incidents) {
    if (!newest.has(id)) find('incident-invented', `${rule} ${id} is recorded, and nobody heard of it`)
  }
}

/** Everybody is told once that it began and once that it is over, or only the latter if it was over by then. */
function judgeMails({ patients, people, incidents, mails }: AlertEvidence, find: Find): void {
  const copies = new Map<string, number>()
  for (const { messageId } of mails) copies.set(messageId, (copies.get(messageId) ?? 0) + 1)
  for (const [messageId, count] of copies) {
    if (count > mostCopies) find('mail-twice', `${count} copies of ${messageId}`)
  }
  for (const { recipient, messageId } of mails) {
    if (!people.has(recipient)) find('mail-invented', `${messageId} went to ${recipient}`)
  }
  for (const [recipient, serials] of people) {
    const own = mails.filter((mail) => mail.recipient === recipient)
    const theirs = incidents.filter((incident) => ofPatients(incident) && serials.includes(incident.scope))
    for (const { id, scope } of theirs) {
      const saying = (what: 'on' | 'over') =>
        new Set(own.filter((mail) => mail[what].includes(id)).map((mail) => mail.messageId))
      const [on, over] = [saying('on').size, saying('over').size]
      const isOver = patients.some(({ serial, isOver }) => serial === scope && isOver)
      if (isOver ? over === 0 : on === 0)
        find('mail-lost', `${recipient} was not told that ${scope} is ${isOver ? 'over' : 'on'}`)
      if (on > 1 || over > 1)
        find('mail-twice', `${recipient} was told of ${scope} in ${on} mails, and its end in ${over}`)
    }
    const known = new Set(theirs.map(({ id }) => id))
    for (const id of own.flatMap((mail) => [...mail.on, ...mail.over])) {
      if (!known.has(id)) find('mail-invented', `${recipient} was told of ${id}`)
    }
  }
}

/** What is recorded as sent is what arrived. */
function judgeDeliveries({ mails, deliveries }: AlertEvidence, find: Find): void {
  const arrived = new Map(mails.map(({ messageId, recipient }) => [bundleIdOf(messageId), recipient]))
  for (const { bundleId, recipient, outcome } of deliveries) {
    if (outcome !== 'sent') find('delivery-wrong', `${bundleId} to ${recipient} is recorded as ${outcome}`)
    else if (arrived.get(bundleId) !== recipient)
      find('delivery-wrong', `${bundleId} is recorded as sent to ${recipient}, and did not arrive there`)
  }
  const recorded = new Set(deliveries.map(({ bundleId }) => bundleId))
  for (const [bundleId, recipient] of arrived) {
    if (!recorded.has(bundleId)) find('delivery-wrong', `${bundleId} came to ${recipient}, and is not recorded`)
  }
}

/** "<bundle.alerts@host>". */
const bundleIdOf = (messageId: string) => messageId.slice(1).split('.')[0] ?? ''
