import { catalogue, compileRules, type Decision } from '@stellacontrol/alerts'
import type { AlertRule } from '@stellacontrol/protocol'
import { type Fault, type FaultKind, planFleet, VirtualDevice } from '@stellacontrol/simulator'
import { announcedOf } from './alert-quality/announcements.ts'
import { liveThrough } from './alert-quality/live-through.ts'
import { alertingKinds, harmlessKinds, planEpisodes } from './alert-quality/plan-episodes.ts'
import { type Episode, type Judgement, judge } from './alert-quality/score.ts'

const dayMs = 86_400_000
/** A Monday, 00:00 UTC. */
const startAt = Date.UTC(2026, 5, 1)

export interface QualityPlan {
  seed: number
  days: number
  /** Of them without faults at first. */
  learningDays: number
  /** Devices with faults that people must be told of. */
  faulty: number
  /** Devices with faults that are nobody's business. */
  harmless: number
  faultFree: number
  /** Only these kinds of faults; all by default. */
  kinds?: readonly FaultKind[]
}

/** Five weeks of 270 devices: 1.3 million reports, about a minute and a half of one core. */
const wholePlan: QualityPlan = { seed: 4, days: 35, learningDays: 8, faulty: 150, harmless: 30, faultFree: 90 }

/** How well the catalogue tells faults, and how often it cries wolf, on a simulated fleet whose faults are known. */
export async function alertQualityBench(): Promise<Record<string, unknown>> {
  const startedAt = performance.now()
  const figures = measureQuality(wholePlan)
  return { ...figures, seconds: Math.round((performance.now() - startedAt) / 100) / 10 }
}

/** The same plan gives the same figures. `rules` are the catalogue's unless told. */
export function measureQuality(plan: QualityPlan, rules: readonly AlertRule[] = catalogue) {
  const faulty = judgeFleet(plan, 'faulty', plan.faulty, plan.kinds ?? alertingKinds, rules)
  const harmless = judgeFleet(plan, 'harmless', plan.harmless, harmlessKinds, rules)
  const faultFree = judgeFleet(plan, 'fault-free', plan.faultFree, [], rules)
  const episodes = faulty.episodes.filter(({ badSince }) => badSince !== undefined)
  const months = (devices: number) => (devices * plan.days) / 30
  return {
    recall: share(episodes),
    recallByFault: byKind(episodes, share),
    falseAlertsPerDeviceMonth: round(faultFree.falseAlerts.length / months(plan.faultFree)),
    falseAlertsPerDeviceMonthUnderHarmlessFaults: round(harmless.falseAlerts.length / months(plan.harmless)),
    strayAlertsPerDeviceMonth: round(faulty.falseAlerts.length / months(plan.faulty)),
    detectionDelayMs: delays(episodes),
    notificationsPerIncident: perIncident(episodes),
    notificationsByFault: byKind(episodes, perIncident),
    rulesByFault: byKind(episodes, (list) => countRules(list.flatMap(({ messages }) => messages))),
    episodesByFault: byKind(episodes, ({ length }) => length),
    mildEpisodes: faulty.episodes.length - episodes.length,
    falseAlertsByRule: countRules([faultFree, harmless, faulty].flatMap(({ falseAlerts }) => falseAlerts)),
    missed: episodes.flatMap(({ isDetectedInTime, fault }) => (isDetectedInTime ? [] : [fault.label])).slice(0, 20),
    devices: plan.faulty + plan.harmless + plan.faultFree,
    days: plan.days,
    reports: faulty.reports + harmless.reports + faultFree.reports,
    seed: plan.seed,
  }
}

function judgeFleet(
  { seed, days, learningDays }: QualityPlan,
  name: string,
  count: number,
  kinds: readonly FaultKind[],
  rules: readonly AlertRule[],
): Judgement & { reports: number } {
  const fleet = planFleet({ seed: seed + name.length, count, withFaults: false })
  const sites = new Map(fleet.sites.map((site) => [site.name, site]))
  const span = { from: startAt, to: startAt + days * dayMs }
  const planned: Map<string, Fault[]> = planEpisodes({ seed, devices: fleet.devices, ...span, learningDays, kinds })
  const compiled = compileRules(rules)
  const whole: Judgement & { reports: number } = { episodes: [], falseAlerts: [], reports: 0 }
  for (const device of fleet.devices) {
    const site = sites.get(device.site)
    if (site === undefined) continue
    const faults = planned.get(device.serial) ?? []
    const virtual = new VirtualDevice({ fleetSeed: fleet.seed, device, site, faults, at: startAt })
    const life = liveThrough(virtual, faults, compiled, span)
    const { episodes, falseAlerts } = judge(faults, life, announcedOf(life.decisions, rules))
    whole.episodes.push(...episodes)
    whole.falseAlerts.push(...falseAlerts)
    whole.reports += life.reports
  }
  return whole
}

function byKind<Value>(episodes: readonly Episode[], of: (episodes: Episode[]) => Value): Record<string, Value> {
  const kinds = new Map<string, Episode[]>()
  for (const episode of episodes) {
    const list = kinds.get(episode.fault.kind)
    if (list) list.push(episode)
    else kinds.set(episode.fault.kind, [episode])
  }
  return Object.fromEntries([...kinds].toSorted().map(([kind, list]) => [kind, of(list)]))
}

function share(episodes: readonly Episode[]): number {
  return round(episodes.filter(({ isDetectedInTime }) => isDetectedInTime).length / episodes.length)
}

function perIncident(episodes: readonly Episode[]): number {
  return round(episodes.reduce((sum, { messages }) => sum + messages.length, 0) / episodes.length)
}

function delays(episodes: readonly Episode[]): { p50: number; p95: number } {
  const sorted = episodes
    .flatMap(({ badSince, detectedAt }) =>
      badSince === undefined || detectedAt === undefined ? [] : [Math.max(0, detectedAt - badSince)],
    )
    .toSorted((left, right) => left - right)
  const at = (part: number) => Math.round(sorted[Math.floor(sorted.length * part)] ?? 0)
  return { p50: at(0.5), p95: at(0.95) }
}

function countRules(messages: readonly Decision[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { rule } of messages) counts[rule] = (counts[rule] ?? 0) + 1
  return counts
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
