import { catalogue, effectiveRules } from '@stellacontrol/alerts'
import type { DirectoryPerson, NotificationDirectory } from '@stellacontrol/database'
import { type AlertRule, defaultNotificationPreferences, type NotificationPreferences } from '@stellacontrol/protocol'

export interface Person extends Omit<DirectoryPerson, 'preferences'> {
  preferences: NotificationPreferences
}

/** Where an incident is: whose it is, and how people call the place. */
export interface Place {
  organisationId: number
  /** True for what is the platform's: only the manufacturer's administrators are told. */
  isPlatform: boolean
  siteId: number | undefined
  siteName: string
  /** Of the device; empty for what is none. */
  deviceName: string
  model: string
}

/** The directory, found by what decisions ask for. Built once for each reading of it. */
export class DirectoryIndex {
  readonly people: ReadonlyMap<number, Person>
  private readonly organisations: Map<number, NotificationDirectory['organisations'][number]>
  private readonly sites: Map<number, NotificationDirectory['sites'][number]>
  private readonly devices: Map<string, NotificationDirectory['devices'][number]>
  private readonly suppressed: Set<string>
  private readonly directory: NotificationDirectory

  constructor(directory: NotificationDirectory) {
    this.directory = directory
    this.organisations = new Map(directory.organisations.map((one) => [one.id, one]))
    this.sites = new Map(directory.sites.map((one) => [one.id, one]))
    this.devices = new Map(directory.devices.map((one) => [one.serial, one]))
    this.suppressed = new Set(directory.suppressed)
    this.people = new Map(
      directory.people.map((person) => [
        person.id,
        { ...person, preferences: { ...defaultNotificationPreferences, ...person.preferences } },
      ]),
    )
  }

  /** Undefined = nobody knows it: a device or a site that is not in the registry. */
  placeOf(serialNumber: string): Place | undefined {
    const named = /^(site|area|platform):(.*)$/s.exec(serialNumber)
    if (named === null) return this.placeOfDevice(serialNumber)
    if (named[1] === 'site') {
      const site = this.sites.get(Number(named[2]))
      return site && { ...nowhere, organisationId: site.organisationId, siteId: site.id, siteName: site.name }
    }
    const maker = this.manufacturer()
    const siteName = named[1] === 'platform' ? 'StellaControl' : (named[2] ?? '')
    return maker && { ...nowhere, organisationId: maker.id, isPlatform: true, siteName }
  }

  /** The organisation and those above it, the nearest first. */
  pathOf(organisationId: number): number[] {
    const path: number[] = []
    for (let id: number | null = organisationId; id !== null && !path.includes(id); ) {
      path.push(id)
      id = this.organisations.get(id)?.parentId ?? null
    }
    return path
  }

  manufacturer(): { id: number } | undefined {
    return this.directory.organisations.find(({ kind }) => kind === 'manufacturer')
  }

  isSuppressed(address: string): boolean {
    return this.suppressed.has(address)
  }

  /** Until the directory is read again, by when PostgreSQL knows it too. */
  suppress(address: string): void {
    this.suppressed.add(address)
  }

  /** The address takes mails again. */
  release(address: string): void {
    this.suppressed.delete(address)
  }

  /** Who is told next, of the nearest organisation that has a list. */
  escalationOf({ organisationId }: Place): { userId: number; afterMinutes: number }[] {
    for (const id of this.pathOf(organisationId)) {
      const steps = this.directory.escalation.filter((step) => step.organisationId === id)
      if (steps.length > 0) return steps
    }
    return []
  }

  ruleNameOf(rule: string): string {
    if (rule === '') return 'Further alerts'
    return [...catalogue, ...this.directory.rules].find(({ id }) => id === rule)?.name ?? rule
  }

  /** A rule as it holds there; undefined for what no rule says, such as a site that is dark. */
  ruleAt(rule: string, serialNumber: string, place: Place): AlertRule | undefined {
    const found = [...catalogue, ...this.directory.rules].filter(({ id }) => id === rule)
    const organisations = this.pathOf(place.organisationId).toReversed().map(String)
    const site = place.siteId === undefined ? undefined : String(place.siteId)
    return effectiveRules(found, this.directory.overrides, {
      ...{ model: place.model, organisations, site },
      serial: serialNumber,
    })[0]
  }

  private placeOfDevice(serial: string): Place | undefined {
    const device = this.devices.get(serial)
    if (device === undefined) return undefined
    const site = device.siteId === null ? undefined : this.sites.get(device.siteId)
    return {
      ...{ organisationId: device.organisationId, isPlatform: false, siteId: site?.id, model: device.model },
      siteName: site?.name ?? this.organisations.get(device.organisationId)?.name ?? '',
      deviceName: device.name === '' ? serial : device.name,
    }
  }
}

const nowhere = { isPlatform: false, siteId: undefined, deviceName: '', model: '' }
