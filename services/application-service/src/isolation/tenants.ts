import { hash } from '@node-rs/argon2'
import { catalogue } from '@stellacontrol/alerts'
import {
  addDevice,
  addOwnRule,
  createInvitation,
  createOrganisation,
  createSite,
  createUser,
  createWindow,
  hashSecret,
  maintainPartitions,
  putOverride,
  recordAudit,
  writeHistory,
} from '@stellacontrol/database'
import { decodeReport, encodeReport, MessageType, type Role, roles } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { makeIncident } from '../testing/incidents.ts'
import { publishStatus } from '../testing/statuses.ts'
import { password, type TestApplication } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

/** A customer with one of everything, and its canary: a word that stands in all of it and nowhere else. */
export interface Tenant {
  canary: string
  organisationId: number
  siteId: number
  serial: string
  setAsideId: number
  userId: number
  invitationId: number
  incidentId: string
  ruleId: string
  windowId: number
  clients: Record<Role, TestClient>
}

/** Cheap parameters: what argon2 costs is not what is looked at. */
const cheap = { memoryCost: 1024, timeCost: 1 }

export async function makeTenant(application: TestApplication, canary: string, makerId: number): Promise<Tenant> {
  const { database } = application
  const organisation = await createOrganisation(database, {
    parentId: makerId,
    kind: 'customer',
    name: `${canary} organisation`,
  })
  const site = await createSite(database, {
    ...{ organisationId: organisation.id, name: `${canary} site`, kind: 'building', timeZone: 'Europe/Brussels' },
    ...{ latitude: 51, longitude: 4, address: `${canary} street` },
  })
  const serial = `${canary}-1`
  await addDevice(database, {
    ...{ serial, organisationId: organisation.id, siteId: site.id, model: 'iR5', name: `${canary} booster` },
  })
  await database.execute('update device set notes = $1, location = $1, tags = array[$1] where serial = $2', [
    `${canary} words`,
    serial,
  ])
  await publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber: serial }) })
  await publishStatus(serial, 1, { firmwareVersion: canary })
  const setAsideId = await storeHistory(application, serial, canary)
  const actor = { userId: null, actor: `${canary} actor`, address: null }
  await recordAudit(database, actor, [
    {
      ...{ organisationId: organisation.id, action: 'device.changed', objectKind: 'device', objectId: serial },
      after: { name: canary },
    },
  ])
  const [userId, clients] = await makePeople(application, canary, organisation.id)
  const invitation = await createInvitation(database, {
    ...{ email: `invited@${canary}.example`, organisationId: organisation.id, role: 'viewer', invitedBy: canary },
    ...{ tokenHash: hashSecret(canary), expiresAt: Date.now() + 3_600_000 },
  })
  const alerts = await makeAlertSettings(application, canary, { organisationId: organisation.id, serial })
  const ids = { organisationId: organisation.id, siteId: site.id, setAsideId, userId, invitationId: invitation.id }
  return { canary, ...ids, ...alerts, serial, clients }
}

/** An incident, a rule of one's own, an override and a maintenance window. */
async function makeAlertSettings(
  application: TestApplication,
  canary: string,
  { organisationId, serial }: { organisationId: number; serial: string },
): Promise<Pick<Tenant, 'incidentId' | 'ruleId' | 'windowId'>> {
  const { database } = application
  const { id: incidentId } = await makeIncident(application, {
    scope: serial,
    subject: 'B20',
    text: `${canary} is hot`,
  })
  const [template] = catalogue
  if (template === undefined) throw new Error('the catalogue is empty')
  const rule = { ...template, id: `own-${organisationId}-rule`, name: `${canary} rule` }
  await addOwnRule(database, { rule, organisationId, changedBy: canary })
  await putOverride(database, {
    ...{ rule: template.id, scope: 'organisation', scopeId: String(organisationId), organisationId },
    ...{ changes: { enabled: true }, changedBy: canary },
  })
  const windowId = await createWindow(database, {
    ...{ organisationId, siteId: null, deviceId: null, createdBy: canary, reason: `${canary} works` },
    ...{ startsAt: Date.now(), endsAt: Date.now() + 3_600_000, repeats: 'never', repeatsUntil: null, timeZone: 'UTC' },
  })
  return { incidentId, ruleId: rule.id, windowId }
}

async function makePeople(
  application: TestApplication,
  canary: string,
  organisationId: number,
): Promise<[number, Record<Role, TestClient>]> {
  const passwordHash = await hash(password, cheap)
  const clients = {} as Record<Role, TestClient>
  let userId = 0
  for (const role of roles) {
    const email = `${role}@${canary.toLowerCase()}.example`
    const user = await createUser(application.database, {
      ...{ organisationId, email, name: `${canary} ${role}`, role, passwordHash },
    })
    userId = user.id
    clients[role] = application.client()
    await clients[role].signIn(email, password)
  }
  return [userId, clients]
}

/** Some reports, and one message that could not be read. Returns the id of the latter. */
async function storeHistory({ database }: TestApplication, serial: string, canary: string): Promise<number> {
  const now = Date.now()
  await maintainPartitions(database, { now })
  const entries = Array.from({ length: 5 }, (_, index) => {
    const payload = encodeReport({
      ...{ bootId: 1, seq: index + 1, sentAtMs: now - (5 - index) * 60_000, mode: 1, intervalS: 600 },
      environment: { boardTemperatureDc: 400 + index },
    })
    return { id: `${index + 1}-0`, serial, receivedAt: now, payload, decoded: decodeReport(payload) }
  })
  const broken = {
    ...{ id: '9-0', serial, receivedAt: now, payload: Buffer.from(canary) },
    decoded: { rejected: 'undecodable' as const, detail: `${canary} bytes` },
  }
  const partitions = [{ partition: 0, entries: [...entries, broken] }]
  await writeHistory(database, { queueGeneration: canary, partitions, now })
  const [row] = await database.query<{ id: number }>('select id from set_aside where serial = $1', [serial])
  return row?.id ?? 0
}
