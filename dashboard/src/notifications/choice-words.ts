import type { AlertSeverity, NotificationPreferences } from '@stellacontrol/protocol'
import { alertClassWords, alertSeverityNames, alertSeverityWords } from '../words/alert-words.ts'

/** How what was chosen by number is called; undefined where nobody knows it any more. */
export interface ChoiceNames {
  rules: ReadonlyMap<string, string>
  organisations: ReadonlyMap<number, string>
  sites: ReadonlyMap<number, string>
}

/** So many names fit into a sentence; what is more is a number. */
const mostNames = 3

/** What the choices mean, in plain words: what comes when and how, then what narrows it and what holds it up. Pure. */
export function choiceWords(preferences: NotificationPreferences, names: ChoiceNames): string[] {
  const { email, sms, monthlyReport } = preferences
  const report = monthlyReport ? ['The report of the month comes by e-mail on the first of the next one.'] : []
  if (!email && !sms) return ['No alert is sent to you: neither e-mail nor text messages are chosen.', ...report]
  return [
    whenWords(preferences),
    ...smsWords(preferences),
    ...subjectWords(preferences, names),
    ...quietWords(preferences),
    reminderWords(preferences),
    `No more than ${preferences.dailyCap} messages a day each way, and as many again for critical alerts.`,
    ...report,
  ]
}

/** "Critical and major alerts within half a minute by e-mail; everything else at 08:00 (Europe/Brussels)." */
function whenWords(preferences: NotificationPreferences): string {
  const { email, atOnceFrom, frequency, smsFrom, leastSeverity } = preferences
  // Without e-mail only what is worth a text message comes at all.
  const least = email ? leastSeverity : worseOf(leastSeverity, smsFrom)
  const told = from(least)
  const urgent = frequency === 'at-once' ? told : atOnceFrom === null ? [] : from(worseOf(least, atOnceFrom))
  const waiting = told.filter((severity) => !urgent.includes(severity))
  const way = email ? 'by e-mail' : 'as a text message'
  const parts: string[] = []
  if (urgent.length > 0) parts.push(`${alertsOf(urgent)} within half a minute ${way}`)
  if (waiting.length > 0) {
    const what = urgent.length > 0 && least === 'warning' ? 'everything else' : alertsOf(waiting)
    parts.push(`${what} ${frequencyWords(preferences)}${urgent.length > 0 ? '' : ` ${way}`}`)
  }
  const left = least === 'warning' ? '' : '; nothing milder'
  return sentence(`${parts.join('; ')}${left}`)
}

function frequencyWords({ frequency, dailyAt, timeZone }: NotificationPreferences): string {
  if (frequency === 'hourly') return 'once an hour, on the hour'
  if (frequency === 'every-4-hours') return `every four hours from midnight (${timeZone})`
  return `at ${dailyAt} each day (${timeZone})`
}

function smsWords({ email, sms, smsFrom, leastSeverity, phone }: NotificationPreferences): string[] {
  if (!sms) return []
  const number = phone === null || phone === '' ? 'your phone' : phone
  if (!email) return [`Text messages go to ${number}.`]
  return [sentence(`${alertsOf(from(worseOf(leastSeverity, smsFrom)))} as a text message to ${number} too`)]
}

function subjectWords({ classes, rules, organisations, sites }: NotificationPreferences, names: ChoiceNames): string[] {
  const subjects = [
    ...classes.map((one) => alertClassWords[one].toLowerCase()),
    ...rules.map((id) => `“${names.rules.get(id) ?? id}”`),
  ]
  const places = [
    ...organisations.map((id) => names.organisations.get(id) ?? `organisation ${id}`),
    ...sites.map((id) => names.sites.get(id) ?? `site ${id}`),
  ]
  if (subjects.length + places.length === 0) return []
  const about = subjects.length === 0 ? '' : ` about ${listed(subjects)}`
  const at = places.length === 0 ? '' : ` at ${listed(places)}`
  return [`Only${about}${about !== '' && at !== '' ? ', and only' : ''}${at}.`]
}

function quietWords({ quietHours, timeZone }: NotificationPreferences): string[] {
  if (quietHours === null) return []
  const { from: begin, to, holdCritical } = quietHours
  const except = holdCritical ? ', critical alerts too' : '; critical alerts come all the same'
  return [`From ${begin} until ${to} (${timeZone}) nothing comes and all of it waits${except}.`]
}

function reminderWords({ reminders }: NotificationPreferences): string {
  return reminders === 'rule'
    ? 'What lasts is told again as often as its rule says, until somebody acknowledges it.'
    : 'What lasts is told once, and when it is over.'
}

/** These and worse ones, the worst first. */
function from(least: AlertSeverity): AlertSeverity[] {
  return alertSeverityNames.slice(0, alertSeverityNames.indexOf(least) + 1)
}

function worseOf(one: AlertSeverity, other: AlertSeverity): AlertSeverity {
  return alertSeverityWords[one].rank > alertSeverityWords[other].rank ? one : other
}

/** "critical and major alerts"; all of them are "all alerts". */
function alertsOf(severities: readonly AlertSeverity[]): string {
  if (severities.length === alertSeverityNames.length) return 'all alerts'
  const words = severities.map((severity) => alertSeverityWords[severity].word.toLowerCase())
  return severities.length === 1 && severities[0] === 'warning' ? 'warnings' : `${joined(words)} alerts`
}

function listed(names: readonly string[]): string {
  const hidden = names.length - mostNames
  return joined(hidden > 1 ? [...names.slice(0, mostNames), `${hidden} more`] : names)
}

function joined(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
