import { type Alert, type AlertSeverity, alertSeverities, type NotificationPreferences } from '@stellacontrol/protocol'
import type { DirectoryIndex, Person, Place } from './directory-index.ts'

/** True if one severity is at least as bad as another. */
export function isAtLeast(severity: AlertSeverity, least: AlertSeverity): boolean {
  return alertSeverities.indexOf(severity) >= alertSeverities.indexOf(least)
}

/** Everybody whose membership covers the place, whatever they prefer. Pure. */
export function peopleOf(index: DirectoryIndex, place: Place): Person[] {
  const path = new Set(index.pathOf(place.organisationId))
  return [...index.people.values()].filter(({ memberships }) =>
    memberships.some(
      ({ organisationId, role }) => path.has(organisationId) && (!place.isPlatform || role === 'administrator'),
    ),
  )
}

/** Who is told of an alert: those whose membership covers the place and who want to know. Pure. */
export function recipientsOf(index: DirectoryIndex, place: Place, alert: Alert): Person[] {
  const path = index.pathOf(place.organisationId)
  return peopleOf(index, place).filter(({ preferences }) => wants(preferences, alert, place, path))
}

function wants(preferences: NotificationPreferences, alert: Alert, place: Place, path: readonly number[]): boolean {
  const { leastSeverity, classes, rules, organisations, sites } = preferences
  if (!hasChannel(preferences) || !isAtLeast(alert.severity, leastSeverity)) return false
  const isKind = classes.length + rules.length === 0 || classes.includes(alert.class) || rules.includes(alert.rule)
  const isThere =
    organisations.length + sites.length === 0 ||
    organisations.some((id) => path.includes(id)) ||
    (place.siteId !== undefined && sites.includes(place.siteId))
  return isKind && isThere
}

export function hasChannel({ email, sms }: NotificationPreferences): boolean {
  return email || sms
}

/** Who is told that a person cannot be reached: the administrators of their organisation, or else the manufacturer's. Pure. */
export function administratorsFor(index: DirectoryIndex, person: Person): Person[] {
  const of = (organisationId: number | undefined) =>
    [...index.people.values()].filter(
      ({ id, memberships }) =>
        id !== person.id &&
        memberships.some((one) => one.organisationId === organisationId && one.role === 'administrator'),
    )
  const near = of(person.organisationId)
  return near.length > 0 ? near : of(index.manufacturer()?.id)
}
