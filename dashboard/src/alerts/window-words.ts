import type { MaintenanceWindow } from '@stellacontrol/protocol'

type Times = Pick<MaintenanceWindow, 'startsAt' | 'endsAt' | 'repeats' | 'repeatsUntil'>

export const ownTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** What is muted. */
export function placeWords({ organisation, site, device }: MaintenanceWindow): string {
  return device?.name ?? site?.name ?? organisation.name
}

/** When a window is, by the clock of a zone: "Thu 26 Nov 2026, 22:00 to 02:00", "Every Thu 22:00 to Fri 02:00". Pure. */
export function windowWords({ startsAt, endsAt, repeats, repeatsUntil }: Times, timeZone: string): string {
  const [from, until] = [Date.parse(startsAt), Date.parse(endsAt)]
  const time = format(timeZone, { hour: '2-digit', minute: '2-digit' })
  const weekday = format(timeZone, { weekday: 'short' })
  const day = format(timeZone, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
  const isOneDay = day.format(from) === day.format(until)
  if (repeats === 'never') {
    return `${day.format(from)}, ${time.format(from)} to ${isOneDay ? '' : `${day.format(until)}, `}${time.format(until)}`
  }
  const end = isOneDay ? time.format(until) : `${weekday.format(until)} ${time.format(until)}`
  // It ends at the first moment that is no longer part of it.
  const last = repeatsUntil === null ? '' : `, until ${day.format(Date.parse(repeatsUntil) - 1)}`
  return `Every ${weekday.format(from)} ${time.format(from)} to ${end}${last}`
}

function format(timeZone: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { ...parts, timeZone })
}

/** Running, coming, and past ones; what comes next first, what is past last first. Pure. */
export function windowGroups(windows: readonly MaintenanceWindow[]) {
  const byStart = [...windows].sort((left, right) => Date.parse(left.startsAt) - Date.parse(right.startsAt))
  const of = (wanted: MaintenanceWindow['state']) => byStart.filter(({ state }) => state === wanted)
  return [
    { name: 'Running now', windows: of('active') },
    { name: 'Coming', windows: of('planned') },
    { name: 'Past', windows: of('over').reverse() },
  ].filter((group) => group.windows.length > 0)
}
