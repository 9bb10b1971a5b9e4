import type { Alert, DeviceStatus, DeviceSummary, FleetSummary, LiveMessage, OpenCounts } from '@stellacontrol/protocol'

/** Values on the page change at most this often, however fast messages arrive. */
const flushIntervalMs = 250
/** Alerts that are remembered; older ones are in the lists of the API by then. */
const mostAlerts = 2_000

type Listener = () => void
type Schedule = (flush: () => void, delayMs: number) => void

/**
 * The newest state of everything that is watched, outside of React: messages are merged as they come, and whoever shows a
 * device is told at most four times a second. Only those who subscribed to what changed are told.
 */
export class LiveStore {
  readonly #summaries = new Map<string, DeviceSummary>()
  readonly #statuses = new Map<string, DeviceStatus>()
  #fleet: FleetSummary | undefined
  readonly #alerts = new Map<string, Alert>()
  #openCounts: OpenCounts | undefined
  #serverAheadMs = 0
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #changed = new Set<string>()
  #isScheduled = false
  readonly #schedule: Schedule
  readonly #now: () => number

  constructor(schedule: Schedule = (flush, delayMs) => void setTimeout(flush, delayMs), now: () => number = Date.now) {
    this.#schedule = schedule
    this.#now = now
  }

  summary = (serial: string): DeviceSummary | undefined => this.#summaries.get(serial)
  status = (serial: string): DeviceStatus | undefined => this.#statuses.get(serial)
  fleet = (): FleetSummary | undefined => this.#fleet
  /** What the bus last said of an incident since the page was loaded. */
  alert = (id: string): Alert | undefined => this.#alerts.get(id)
  /** Open incidents by severity. */
  openCounts = (): OpenCounts | undefined => this.#openCounts
  /** How far the service's clock is ahead of this computer's, in ms; ages are shown by the service's clock. */
  serverAheadMs = (): number => this.#serverAheadMs

  /** Takes one message of the feed. Never tells anybody at once. */
  receive(message: LiveMessage): void {
    if (message.type === 'summary') for (const device of message.devices) this.putSummary(device)
    else if (message.type === 'status') this.putStatus(message.status)
    else if (message.type === 'fleet') this.putFleet(message.fleet)
    else if (message.type === 'alert') this.putAlert(message.device.serialNumber, message.alert)
    else if (message.type === 'alert-counts') {
      this.#openCounts = message.open
      this.#mark('alert-counts')
      this.#mark('alerts')
    }
  }

  /** Keeps the newer one: an answer of the API may have been made before a message that overtook it. */
  putSummary(device: DeviceSummary): void {
    const known = this.#summaries.get(device.serial)
    if (known?.lastReportAt && device.lastReportAt && known.lastReportAt > device.lastReportAt) return
    this.#summaries.set(device.serial, device)
    this.#mark(`summary:${device.serial}`)
  }

  /** (bootId, sequence) decides what is newer, never a clock. */
  putStatus(status: DeviceStatus): void {
    const known = this.#statuses.get(status.serial)
    if (known !== undefined && !isNewer(status, known)) return
    this.#statuses.set(status.serial, status)
    this.#mark(`status:${status.serial}`)
  }

  putFleet(fleet: FleetSummary): void {
    this.#fleet = fleet
    this.#serverAheadMs = Date.parse(fleet.at) - this.#now()
    this.#mark('fleet')
  }

  /** The version decides what is newer. `scope`: a serial number, or what else the incident is about. */
  putAlert(scope: string, alert: Alert): void {
    const known = this.#alerts.get(alert.id)
    if (known !== undefined && known.version >= alert.version) return
    this.#alerts.delete(alert.id)
    this.#alerts.set(alert.id, alert)
    for (const [oldest] of this.#alerts) {
      if (this.#alerts.size <= mostAlerts) break
      this.#alerts.delete(oldest)
    }
    this.#mark(`alert:${alert.id}`)
    this.#mark('alerts')
    this.#mark(`alerts:${scope}`)
    if (alert.parentId !== undefined) this.#mark(`alerts:${alert.parentId}`)
  }

  /**
   * `topic`: "fleet", "summary:<serial>", "status:<serial>", "alert:<id>", "alert-counts"; or "alerts", "alerts:<serial>",
   * "alerts:<id of the parent>" for news of any incident, of a device, of the members of one. Returns the way to stop.
   */
  subscribe(topic: string, listener: Listener): () => void {
    let listeners = this.#listeners.get(topic)
    if (listeners === undefined) {
      listeners = new Set()
      this.#listeners.set(topic, listeners)
    }
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic)
    }
  }

  /** Forgets everything: the next person to sign in may not see what the last one saw. */
  clear(): void {
    this.#summaries.clear()
    this.#statuses.clear()
    this.#fleet = undefined
    this.#alerts.clear()
    this.#openCounts = undefined
    this.#serverAheadMs = 0
  }

  #mark(topic: string): void {
    this.#changed.add(topic)
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#schedule(() => this.#flush(), flushIntervalMs)
  }

  #flush(): void {
    this.#isScheduled = false
    const topics = [...this.#changed]
    this.#changed.clear()
    for (const topic of topics) for (const listener of this.#listeners.get(topic) ?? []) listener()
  }
}

function isNewer(status: DeviceStatus, known: DeviceStatus): boolean {
  return status.bootId > known.bootId || (status.bootId === known.bootId && status.sequence > known.sequence)
}
