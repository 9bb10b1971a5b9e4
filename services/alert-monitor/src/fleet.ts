import { type CompiledRules, catalogue, compileRules, effectiveRules, isInWindow } from '@stellacontrol/alerts'
import {
  type AlertDevice,
  allOrganisationPaths,
  type Database,
  findAlertDevices,
  listAlertDevices,
  listOverrides,
  listOwnRules,
  listWindows,
  type OwnRule,
  type StoredOverride,
  systemScope,
  type WindowRow,
  withTransaction,
} from '@stellacontrol/database'
import type { AlertRule } from '@stellacontrol/protocol'
import { Neighbours } from './neighbours.ts'

/** In these states a device is watched; one that nobody owns yet, or that is stopped on purpose, raises nothing. */
const watchedStates = new Set<AlertDevice['state']>(['claimed', 'active'])

/**
 * The registry and the rules in memory: which rules hold for a device, where it stands, and whether people want to hear of it. It
 * is read from PostgreSQL and goes on with what it knew while PostgreSQL is away.
 */
export class Fleet {
  private devices = new Map<string, AlertDevice>()
  private bySite = new Map<number, AlertDevice[]>()
  private neighbours = new Neighbours<AlertDevice>([])
  private paths = new Map<number, number[]>()
  private ownRules: OwnRule[] = []
  private overrides: StoredOverride[] = []
  private windows: WindowRow[] = []
  private compiled = new Map<string, CompiledRules>()
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  /** A device that is watched; undefined = its reports raise nothing. */
  watched(serial: string): AlertDevice | undefined {
    const device = this.devices.get(serial)
    return device && watchedStates.has(device.state) ? device : undefined
  }

  /** The watched devices of a site. */
  ofSite(siteId: number): readonly AlertDevice[] {
    return this.bySite.get(siteId) ?? []
  }

  /** Watched devices within so many kilometres, nearest first. */
  near(device: AlertDevice, km: number, most: number): AlertDevice[] {
    return this.neighbours.near(device, km, most)
  }

  all(): IterableIterator<AlertDevice> {
    return this.devices.values()
  }

  /** A rule by its id, also one that holds for the device no more. */
  ruleNamed(rules: CompiledRules, id: string): AlertRule | undefined {
    const anywhere = () => this.ownRules.find((own) => own.id === id)?.rule
    return rules.byId.get(id)?.rule ?? catalogue.find((rule) => rule.id === id) ?? anywhere()
  }

  /** The rules of a device: the same object for all devices for which the same holds. */
  rulesOf(device: AlertDevice): CompiledRules {
    const path = (this.paths.get(device.organisationId) ?? []).map(String)
    const place = {
      model: device.model,
      organisations: path,
      site: device.siteId === null ? undefined : String(device.siteId),
      serial: device.serial,
    }
    const isOwn = (scope: string, id: string | undefined) =>
      this.overrides.some((override) => override.scope === scope && override.scopeId === id)
    const site = isOwn('site', place.site) ? place.site : ''
    const serial = isOwn('device', place.serial) ? place.serial : ''
    const key = `${place.model}|${device.organisationId}|${site}|${serial}`
    let compiled = this.compiled.get(key)
    if (compiled === undefined) {
      const own = this.ownRules.filter(({ organisationId }) => path.includes(String(organisationId)))
      const rules = [...catalogue, ...own.map(({ rule }) => rule)]
      compiled = compileRules(effectiveRules(rules, this.overrides, place))
      this.compiled.set(key, compiled)
    }
    return compiled
  }

  /** True while somebody works there and wants no messages. */
  isMuted(device: AlertDevice, now: number): boolean {
    const path = this.paths.get(device.organisationId) ?? []
    return this.windows.some((window) => covers(window, device, path) && isInWindow(window, now))
  }

  /** Reads everything. @throws when PostgreSQL is away; what was known stays */
  async load(): Promise<void> {
    await this.loadRules()
    const devices = new Map<string, AlertDevice>()
    await withTransaction(this.database, async (queries) => {
      for await (const page of listAlertDevices(queries)) for (const device of page) devices.set(device.serial, device)
    })
    this.devices = devices
    this.indexSites()
  }

  /** Reads the rules, overrides and windows. */
  async loadRules(): Promise<void> {
    const [paths, ownRules, overrides, windows] = await withTransaction(this.database, async (queries) => [
      await allOrganisationPaths(queries),
      await listOwnRules(queries),
      await listOverrides(queries),
      await listWindows(queries, systemScope),
    ])
    Object.assign(this, { paths, ownRules, overrides, windows, compiled: new Map() })
  }

  /** Reads these devices anew. */
  async refresh(serials: readonly string[]): Promise<void> {
    const found = await findAlertDevices(this.database, serials)
    for (const serial of serials) this.devices.delete(serial)
    for (const device of found) this.devices.set(device.serial, device)
    if (found.some(({ organisationId }) => !this.paths.has(organisationId))) await this.loadRules()
    this.indexSites()
  }

  private indexSites(): void {
    const bySite = new Map<number, AlertDevice[]>()
    for (const device of this.devices.values()) {
      if (device.siteId === null || !watchedStates.has(device.state)) continue
      const list = bySite.get(device.siteId)
      if (list) list.push(device)
      else bySite.set(device.siteId, [device])
    }
    this.bySite = bySite
    this.neighbours = new Neighbours([...this.devices.values()].filter(({ state }) => watchedStates.has(state)))
  }
}

/** Whether a window is about a device: itself, its site, or everything of its organisation and of those below it. */
function covers(window: WindowRow, device: AlertDevice, path: readonly number[]): boolean {
  if (window.device) return window.device.serial === device.serial
  if (window.site) return window.site.id === device.siteId
  return path.includes(window.organisation.id)
}
