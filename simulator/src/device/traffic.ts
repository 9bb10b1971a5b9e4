import type { SiteKind } from '../fleet/fleet.ts'
import type { LocalTime } from './local-time.ts'

/**
 * How busy a site is, 0 to 1 of its own peak, by wall-clock time: offices on weekdays from 8 to 18, hotels in the evening and
 * at breakfast, hospitals all day and less at night, ships by their days in port, rigs in shifts of twelve hours.
 */
export function occupancy(kind: SiteKind, time: LocalTime): number {
  const isWeekend = time.weekday === 0 || time.weekday === 6
  return occupancies[kind](time.hour, isWeekend, time.day)
}

type Occupancy = (hour: number, isWeekend: boolean, day: number) => number

/** In port on two days of seven. */
const portDays = 7

const occupancies: Record<SiteKind, Occupancy> = {
  office: (hour, isWeekend) =>
    0.01 + (isWeekend ? 0.05 : 0.95) * hump(hour, 8, 18, 1) * (1 - 0.3 * hump(hour, 12.2, 13.2, 0.3)),
  hotel: (hour, isWeekend) =>
    (isWeekend ? 1 : 0.85) *
    (0.06 + 0.55 * hump(hour, 6.7, 9.5, 0.6) + 0.25 * hump(hour, 10, 17, 1) + 0.9 * hump(hour, 18, 23, 1)),
  hospital: (hour, isWeekend) => 0.25 + (isWeekend ? 0.45 : 0.75) * hump(hour, 7.5, 20, 1.5),
  shopping: (hour, isWeekend) => 0.01 + (isWeekend ? 1 : 0.7) * hump(hour, 9.5, 19, 1),
  ship: (hour, _isWeekend, day) => (day % portDays < 2 ? 0.6 : 0.3) * (0.3 + 0.7 * hump(hour, 7, 22, 1)),
  rig: (hour) => 0.25 + 0.5 * hump(hour, 5, 7.5, 0.5) + 0.6 * hump(hour, 17, 22, 1),
}

/** 1 between start and end, falling to 0 over `edge` hours on both sides. */
function hump(hour: number, start: number, end: number, edge: number): number {
  const rise = (hour - start + edge) / edge
  const fall = (end + edge - hour) / edge
  return Math.max(0, Math.min(1, rise, fall))
}
