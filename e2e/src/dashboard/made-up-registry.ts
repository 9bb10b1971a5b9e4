import type {
  AuditEventView,
  Credential,
  EscalationChange,
  Invitation,
  MaintenanceWindow,
  OrganisationView,
  Person,
  RegistryDeviceView,
  Role,
  SiteView,
} from '@stellacontrol/protocol'
import { MadeUpAlerts } from './made-up-alerts.ts'
import { customers, type MadeUpFleet, siteNames } from './made-up-fleet.ts'
import { MadeUpNotifications } from './made-up-notifications.ts'
import { MadeUpRules } from './made-up-rules.ts'

/** What lies on the label of the one booster that nobody has claimed yet. */
export const unclaimed = { serial: 'HNC1A1M01', code: '7K3M-9QZX-2B4H-W8DE' }

/** Who signs in in two steps; the password is everybody's. */
export const withSecondFactor = { email: 'careful@example.com', code: '135790' }

/** Text that breaks pages which paste instead of print: markup, quotes, right-to-left, formulas, four-byte and combining signs. */
export const naughty = '<img src=x onerror=alert(1)> "\'` =1+1 \u202Eevil 𝔘𝔫𝔦 e\u0301 👩‍🚒'

export type MadeUpPerson = Person & { password: string; provenUntil: number }

const createdAt = '2026-03-02T09:00:00.000Z'
const emptyCounts = { devices: 0, people: 0, sites: 0, createdAt }
const manufacturer: OrganisationView = {
  id: 1,
  name: 'Northquay Networks',
  kind: 'manufacturer',
  parentId: null,
  ...emptyCounts,
}

/** Organisations, sites, people and what is kept of devices, for the page's tests. Nothing in it is checked twice: the service is. */
export class MadeUpRegistry {
  readonly organisations: OrganisationView[] = [
    manufacturer,
    { id: 2, name: 'Harbour Resale', kind: 'reseller', parentId: 1, ...emptyCounts },
    ...customers.map((name, index) => ({
      id: 11 + index,
      name,
      kind: 'customer' as const,
      parentId: index % 2 === 0 ? 1 : 2,
      ...emptyCounts,
      devices: 50,
      sites: index === 0 ? 2 : 1,
      people: index,
    })),
  ]
  readonly sites: SiteView[] = siteNames.map((name, index) => ({
    id: 1 + index,
    organisation: this.referenceOf(11 + (index % customers.length)),
    name,
    kind: index === 1 ? 'rig' : index === 2 ? 'hotel' : 'hospital',
    timeZone: 'Europe/London',
    latitude: 50.2,
    longitude: -5.4,
    address: '1 Harbour Road',
    devices: 40,
  }))
  readonly people: MadeUpPerson[] = [
    this.newPerson(1, 'operator@example.com', 'Duty Operator', 'correct horse battery', 1, 'administrator'),
    this.newPerson(3, 'careful@example.com', 'Careful Operator', 'correct horse battery', 1, 'operator'),
    this.newPerson(2, 'ines@example.com', naughty, 'somebody else entirely', 11, 'installer'),
  ]
  readonly invitations: (Invitation & { token: string })[] = []
  readonly audit: AuditEventView[] = [
    {
      id: 1,
      at: '2026-11-20T10:00:00.000Z',
      organisation: { id: 11, name: customers[0] ?? '' },
      actor: 'operator@example.com',
      address: '203.0.113.7',
      action: 'site.changed',
      objectKind: 'site',
      objectId: '1',
      before: { name: 'Mercy Hospital', timeZone: 'Europe/London' },
      after: { name: naughty, timeZone: 'Europe/London' },
    },
  ]
  readonly rules = new MadeUpRules()
  readonly windows: MaintenanceWindow[] = []
  /** By organisation. */
  readonly escalation = new Map<number, EscalationChange['steps']>()
  readonly notifications = new MadeUpNotifications()
  readonly credentials = new Map<string, Credential[]>()
  readonly #devices = new Map<string, Partial<RegistryDeviceView>>()
  readonly alerts: MadeUpAlerts
  readonly fleet: MadeUpFleet

  constructor(fleet: MadeUpFleet) {
    this.fleet = fleet
    this.alerts = new MadeUpAlerts(fleet)
  }

  referenceOf(id: number): { id: number; name: string } {
    return { id, name: this.organisations.find((organisation) => organisation.id === id)?.name ?? '' }
  }

  newPerson(id: number, email: string, name: string, password: string, organisation: number, role: Role): MadeUpPerson {
    const home = this.referenceOf(organisation)
    return {
      id,
      email,
      name,
      organisation: home,
      memberships: [{ organisation: home, role }],
      disabled: false,
      hasSecondFactor: false,
      lastSignInAt: null,
      createdAt,
      password,
      provenUntil: 0,
      ...{ isGuest: false },
    }
  }

  /** The organisations that a person may see. */
  visibleTo(person: Person): Set<number> {
    const visible = new Set(person.memberships.map(({ organisation }) => organisation.id))
    for (let size = -1; size !== visible.size; ) {
      size = visible.size
      for (const { id, parentId } of this.organisations) if (parentId !== null && visible.has(parentId)) visible.add(id)
    }
    return visible
  }

  device(serial: string): RegistryDeviceView | undefined {
    const device = this.fleet.find(serial)
    if (device === undefined) return undefined
    const summary = this.fleet.summary(device, Date.now())
    return {
      serial,
      name: summary.name,
      model: device.model,
      state: 'active',
      stateChangedAt: createdAt,
      organisation: summary.organisation,
      site: summary.site === null ? null : { id: summary.site.id, name: summary.site.name },
      location: 'behind the ice machine',
      latitude: null,
      longitude: null,
      tags: ['roof', 'phase 2'],
      notes: naughty,
      createdAt,
      activatedAt: createdAt,
      ...this.#devices.get(serial),
    }
  }

  changeDevice(serial: string, change: Partial<RegistryDeviceView>): void {
    this.#devices.set(serial, { ...this.#devices.get(serial), ...change })
    const device = this.fleet.find(serial)
    if (device !== undefined && change.organisation !== undefined)
      device.owner = { organisation: change.organisation, site: change.site ?? null, name: change.name ?? serial }
  }

  /** The unclaimed booster becomes somebody's; undefined if serial and code do not fit. */
  claim(serial: string, code: string, organisation: number, site: number | null, name: string | undefined) {
    if (serial !== unclaimed.serial || code.replaceAll('-', '') !== unclaimed.code.replaceAll('-', '')) return undefined
    if (this.fleet.find(serial) !== undefined) return undefined
    this.fleet.add(serial)
    const place = this.sites.find(({ id }) => id === site)
    this.changeDevice(serial, {
      organisation: this.referenceOf(organisation),
      site: place === undefined ? null : { id: place.id, name: place.name },
      name: name ?? serial,
      state: 'claimed',
      tags: [],
      notes: '',
      location: '',
    })
    return this.device(serial)
  }

  write(actor: string, action: string, objectKind: string, objectId: string, organisation: number): void {
    this.audit.unshift({
      id: this.audit.length + 1,
      at: new Date().toISOString(),
      organisation: this.referenceOf(organisation),
      actor,
      address: '127.0.0.1',
      action,
      objectKind,
      objectId,
      before: null,
      after: null,
    })
  }
}
