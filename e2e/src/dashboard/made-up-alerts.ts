import { randomUUID } from 'node:crypto'
import type { Alert, AlertChange, Incident, IncidentEvent, LiveMessage, OpenCounts } from '@stellacontrol/protocol'
import type { MadeUpFleet } from './made-up-fleet.ts'

type Subscriber = (message: LiveMessage, organisationId: number) => void

const minuteMs = 60_000
const cases: Partial<Incident>[] = [
  {
    text: 'Board temperature 76.4 °C, above 70 °C for 12 min',
    severity: 'critical',
    value: 76.4,
    threshold: 70,
    unit: '°C',
  },
  { text: 'B20: Gain 17.4 dB below what is set, above 12 dB', severity: 'major', subject: 'B20', rule: 'gain-reduced' },
  { text: 'No report for 27 min', severity: 'major', rule: 'device-offline', class: 'communication' },
  { text: 'B3: Isolation margin 13.6 dB, below 15 dB', severity: 'minor', subject: 'B3', class: 'quality' },
  { text: 'Reconnects in 24 h: 9, limit 6', severity: 'warning', class: 'communication', rule: 'connection-unstable' },
]

/** Incidents of the made-up fleet, and everything that happens to them. Nothing in it is checked twice: the service is. */
export class MadeUpAlerts {
  readonly incidents: Incident[] = []
  readonly events = new Map<string, IncidentEvent[]>()
  readonly #fleet: MadeUpFleet
  readonly #subscribers = new Set<Subscriber>()

  /** Twelve are open, one of them explains three; one is acknowledged, one shelved, two are cleared. */
  constructor(fleet: MadeUpFleet) {
    this.#fleet = fleet
    for (let index = 0; index < 12; index++) this.raise({ ...cases[index % cases.length] }, index, (index + 1) * 7)
    const dark = this.raise({ ...siteDark, scope: 'site:1', device: null, rule: 'site-silent' }, 0, 25)
    for (let index = 20; index < 23; index++) this.raise({ text: 'No report for 25 min', parentId: dark.id }, index, 25)
    dark.members = 3
    this.happen(this.raise({ text: 'Supply voltage off nominal by 12 %' }, 13, 300), 'acknowledged', 'ines@example.com')
    this.happen(this.raise({ text: 'Door open for 3 h', severity: 'minor' }, 14, 400), 'shelved', 'ines@example.com')
    for (let index = 15; index < 17; index++) this.happen(this.raise({}, index, 600 + index), 'cleared')
  }

  /** A new incident of a device, raised so many minutes ago. Tells nobody. */
  raise(given: Partial<Incident>, deviceIndex: number, minutesAgo = 0): Incident {
    const summary = this.#fleet.summary(this.#fleet.devices[deviceIndex] as never, Date.now())
    const raised = new Date(Date.now() - minutesAgo * minuteMs).toISOString()
    const incident: Incident = {
      ...nothingYet,
      id: randomUUID(),
      rule: 'board-temperature-high',
      ruleName: 'Board temperature high',
      scope: summary.serial,
      device: { serial: summary.serial, name: summary.name, model: summary.model },
      site: summary.site && { id: summary.site.id, name: summary.site.name },
      organisation: summary.organisation,
      since: new Date(Date.parse(raised) - 12 * minuteMs).toISOString(),
      raisedAt: raised,
      changedAt: raised,
      ...given,
    }
    this.incidents.push(incident)
    this.events.set(incident.id, [])
    this.write(incident, 'raised', null, incident.text)
    return incident
  }

  /** The same, told to every page. */
  arrive(given: Partial<Incident>, deviceIndex: number): Incident {
    const incident = this.raise(given, deviceIndex)
    this.tell(incident, 'raised')
    return incident
  }

  /** Something happens to it; every page is told. */
  happen(incident: Incident, event: AlertChange, by: string | null = null, shelvedUntil: string | null = null): void {
    const at = new Date().toISOString()
    incident.version++
    incident.changedAt = at
    incident.shelvedUntil =
      event === 'shelved' ? (shelvedUntil ?? new Date(Date.now() + 3_600_000).toISOString()) : null
    if (event === 'acknowledged') Object.assign(incident, { acknowledgedAt: at, acknowledgedBy: by })
    if (event === 'cleared')
      Object.assign(incident, { clearedAt: at, clearReason: by === null ? 'good-again' : 'by-hand' })
    incident.state = event === 'raised' || event === 'repeated' ? 'open' : event
    this.write(incident, event, by, incident.text)
    this.tell(incident, event, by)
  }

  write(incident: Incident, kind: IncidentEvent['kind'], actor: string | null, text: string): void {
    const list = this.events.get(incident.id) ?? []
    list.push({
      ...{ id: list.length + 1, at: incident.changedAt, kind, actor, text },
      ...{ severity: incident.severity, value: incident.value },
    })
  }

  openCounts(visible: ReadonlySet<number>): OpenCounts {
    const counts = { warning: 0, minor: 0, major: 0, critical: 0 }
    for (const { state, severity, parentId, organisation } of this.incidents)
      if (state === 'open' && parentId === null && visible.has(organisation.id)) counts[severity]++
    return counts
  }

  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber)
    return () => this.#subscribers.delete(subscriber)
  }

  tell(incident: Incident, event: AlertChange, by: string | null = null): void {
    const alert = alertOf(incident, by)
    for (const subscriber of this.#subscribers)
      subscriber({ type: 'alert', event, device: { serialNumber: incident.scope }, alert }, incident.organisation.id)
  }
}

const siteDark = {
  severity: 'critical',
  class: 'communication',
  ruleName: 'Site silent',
  text: '4 of 4 boosters at Mercy Harbour Hospital silent for 25 min',
  advice: 'Call the building and ask about power and network.',
  value: 4,
  threshold: 3,
} as const

const nothingYet = {
  version: 1,
  state: 'open',
  severity: 'major',
  class: 'environment',
  subject: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  shelvedUntil: null,
  clearedAt: null,
  clearReason: null,
  assignee: null,
  repeats: 0,
  announced: true,
  flapping: false,
  parentId: null,
  members: 0,
  value: null,
  threshold: null,
  unit: null,
  text: 'Board temperature 71.8 °C, above 70 °C',
  advice: 'Clean the filter and see whether the fan turns.',
} as const satisfies Partial<Incident>

/** The incident as the bus carries it. */
function alertOf(incident: Incident, by: string | null): Alert {
  const { id, version, rule, ruleName, severity, state, since, raisedAt, repeats, text } = incident
  return {
    ...{ id, version, rule, ruleName, severity, state, since, raisedAt, repeats, text },
    class: incident.class,
    at: incident.changedAt,
    isAnnounced: incident.announced,
    ...(by !== null && { by }),
    ...(incident.parentId !== null && { parentId: incident.parentId }),
    ...(incident.value !== null && { value: incident.value }),
    ...(incident.clearedAt !== null && { clearedAt: incident.clearedAt }),
    ...(incident.clearReason !== null && { clearReason: incident.clearReason }),
    ...(incident.shelvedUntil !== null && { shelvedUntil: incident.shelvedUntil }),
  }
}
