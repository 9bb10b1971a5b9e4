import type { BandState, Mean } from './device-state.ts'
import { isWorkingHour, type LocalTime, localTime } from './local-time.ts'

const hourMs = 3_600_000
/** So many working days make a normal [original product]. */
const learningDays = 5
/** A day with fewer reports says too little of itself: a quarter of its eight hours at one report each ten minutes. */
const reportsPerDay = 12
/** The mean of the last 24 hours is judged when so many of their eight working hours have values. */
const judgedHours = 6

/** The mean of a band over an hour of the past. */
export interface PastHour {
  /** Epoch ms of its beginning. */
  at: number
  /** dB or dBm. */
  mean: number
  /** Reports that it is the mean of. */
  reports: number
}

/**
 * Learns from history what nobody has learned yet from reports: hours in ascending order, as the roll-ups have them. What lies before
 * a logged change is left out. The band is given back as it was if it has its normal, or history does not give it one. Pure.
 */
export function learnHistory(before: BandState, past: readonly PastHour[], timeZone: string): BandState {
  if (before.normal) return before
  let learned: BandState = { ...before, hours: [], days: [] }
  for (const { at, mean, reports } of past) {
    if (at >= (before.changedAt ?? 0)) learned = learnLevel(learned, mean, at, localTime(timeZone, at), reports)
  }
  return learned.normal ? learned : before
}

/** Takes one level of a band, in dB or dBm, or the mean of several. Pure; what does not fall into working hours changes nothing. */
export function learnLevel(before: BandState, value: number, at: number, local: LocalTime, reports = 1): BandState {
  if (!isWorkingHour(local)) return before
  const hour = Math.floor(at / hourMs)
  const hours = addTo(before.hours, hour, value, reports).filter(([when]) => when > hour - 24)
  if (before.normal) return { ...before, hours }
  return learnDay({ ...before, hours }, value, local, at, reports)
}

function learnDay(band: BandState, value: number, { day }: LocalTime, at: number, reports: number): BandState {
  const isNewDay = band.days.at(-1)?.[0] !== day
  const finished = isNewDay ? band.days.filter(([, , count]) => count >= reportsPerDay) : band.days
  if (isNewDay && finished.length >= learningDays) {
    const { days: _, ...rest } = band
    return { ...rest, days: [], normal: { mean: meanOf(finished), learnedAt: at } }
  }
  return { ...band, days: addTo(finished, day, value, reports) }
}

/**
 * How far the working hours of the last 24 hours lie below the own normal, in dB; undefined while that cannot be said. What is
 * over is not sustained: the latest whole hour lies as far below, or its distance counts.
 */
export function belowNormalDb(band: BandState, at: number): number | undefined {
  if (!band.normal) return undefined
  const thisHour = Math.floor(at / hourMs)
  const hours = band.hours.filter(([when]) => when > thisHour - 24 && when < thisHour)
  const latest = hours.at(-1)
  if (hours.length < judgedHours || latest === undefined) return undefined
  return Math.round((band.normal.mean - Math.max(meanOf(hours), meanOf([latest]))) * 10) / 10
}

/** Forgets the normal: it is learned again from now on. After a change that was meant. */
export function learnAnew({ uplinkAt }: BandState, now: number): BandState {
  return { hours: [], days: [], uplinkAt, changedAt: now }
}

/** The working days that lie whole between two moments, at most 60. */
export function workingDaysBetween(from: number, to: number, timeZone: string): number {
  const first = localTime(timeZone, from).day
  const last = Math.min(localTime(timeZone, to).day, first + 85)
  let days = 0
  for (let day = first + 1; day < last; day++) {
    const weekday = (day + 4) % 7
    if (weekday >= 1 && weekday <= 5) days++
  }
  return Math.min(60, days)
}

/** Means of equal weight, whatever the number of their reports: a live hour must not outweigh the others. */
function meanOf(means: readonly Mean[]): number {
  return means.reduce((sum, [, total, count]) => sum + total / count, 0) / means.length
}

function addTo(means: readonly Mean[], when: number, value: number, reports: number): Mean[] {
  const last = means.at(-1)
  if (last?.[0] !== when) return [...means, [when, value * reports, reports]]
  return [...means.slice(0, -1), [when, last[1] + value * reports, last[2] + reports]]
}
