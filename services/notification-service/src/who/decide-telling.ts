import type { AlertMessage } from '@stellacontrol/protocol'
import type { Telling } from '@stellacontrol/redis'
import { dueAt, laneOf } from '../when/when-to-send.ts'
import type { DirectoryIndex, Person, Place } from './directory-index.ts'
import { nextLook } from './next-look.ts'
import { hasChannel, peopleOf, recipientsOf } from './recipients.ts'
import type { BundleItem, ItemKind, ToldIncident } from './told-incident.ts'

const dayMs = 86_400_000
/** Longer than the longest time for which a rule may remind. */
const openLifeMs = 400 * dayMs
/** A message that comes again after that is no repeat. */
const clearedLifeMs = dayMs

/** What follows from an event or from time: what is remembered from now on, and who is told. */
export interface Decision {
  after: ToldIncident
  lifeMs: number
  lookAt: number | undefined
  tellings: Telling[]
}

/** What is known when it is decided. */
export interface Circumstances {
  index: DirectoryIndex
  place: Place
  now: number
}

/** What follows from an event of an incident; undefined = nothing. Pure. */
export function decideEvent(
  before: ToldIncident | undefined,
  message: AlertMessage,
  circumstances: Circumstances,
): Decision | undefined {
  const { alert, event } = message
  if (before !== undefined && before.message.alert.version >= alert.version) return undefined
  if (before === undefined && !alert.isAnnounced) return undefined
  const known = before ?? { message, told: {}, reminders: 0, escalated: 0 }
  if (event === 'cleared') return decideCleared(known, message, circumstances)
  const isAnnounced = alert.isAnnounced && (event === 'raised' || event === 'repeated')
  const { index, place, now } = circumstances
  const added = isAnnounced ? recipientsOf(index, place, alert) : []
  const told = { ...known.told, ...Object.fromEntries(added.map(({ id }) => [id, known.told[id] ?? now])) }
  const updated = toldPeople(known, circumstances).filter((person) => !added.includes(person))
  const announcedAt = known.announcedAt ?? (isAnnounced ? now : undefined)
  return decided({ ...known, message, told, ...(announcedAt === undefined ? {} : { announcedAt }) }, circumstances, [
    ...added.map((person) => tell('add', 'raised', person, message, circumstances)),
    ...updated.map((person) => tell('update', 'raised', person, message, circumstances)),
  ])
}

/** Whoever was told of it hears that it is over; where the alert still waits, it becomes a line that says so. */
function decideCleared(known: ToldIncident, message: AlertMessage, circumstances: Circumstances): Decision {
  const tellings = toldPeople(known, circumstances).map((person) =>
    tell('settle', 'cleared', person, message, circumstances, known.told[person.id]),
  )
  // Should it come again it begins anew: with reminders, and with whoever is told next.
  const after: ToldIncident = { message, told: {}, reminders: 0, escalated: 0 }
  return { after, lifeMs: clearedLifeMs, lookAt: undefined, tellings }
}

/** What follows from time alone: reminders and escalation. Pure. */
export function decideLook(before: ToldIncident, circumstances: Circumstances): Decision {
  const { index, place, now } = circumstances
  const { message } = before
  const look = nextLook(before, index, place)
  const after = { ...before, told: { ...before.told } }
  const tellings: Telling[] = []
  if (look.reminderAt !== undefined && look.reminderAt <= now) {
    after.reminders = look.remindersBy(now)
    const reminded = toldPeople(before, circumstances).filter(({ preferences }) => preferences.reminders === 'rule')
    tellings.push(...reminded.map((person) => tell('add', 'reminder', person, message, circumstances)))
  }
  if (look.escalationAt !== undefined && look.escalationAt <= now) {
    after.escalated++
    const person = peopleOf(index, place).find(({ id }) => id === look.escalateTo)
    if (person !== undefined && hasChannel(person.preferences)) {
      after.told[person.id] ??= now
      const others = tellings.filter(({ userId }) => userId !== person.id)
      const telling = tell('add', 'escalation', person, message, circumstances)
      tellings.splice(0, tellings.length, ...others, telling)
    }
  }
  return decided(after, circumstances, tellings)
}

function decided(after: ToldIncident, { index, place }: Circumstances, tellings: Telling[]): Decision {
  const { reminderAt, escalationAt } = nextLook(after, index, place)
  const lookAt = Math.min(reminderAt ?? Number.POSITIVE_INFINITY, escalationAt ?? Number.POSITIVE_INFINITY)
  return { after, lifeMs: openLifeMs, lookAt: Number.isFinite(lookAt) ? lookAt : undefined, tellings }
}

/** Those who were told, and may still know. */
function toldPeople({ told }: ToldIncident, { index, place }: Circumstances): Person[] {
  return peopleOf(index, place).filter(({ id, preferences }) => told[id] !== undefined && hasChannel(preferences))
}

function tell(
  what: Telling['do'],
  kind: ItemKind,
  { id, preferences }: Person,
  message: AlertMessage,
  { place, now }: Circumstances,
  toldAt?: number,
): Telling {
  const lane = kind === 'escalation' ? 'now' : laneOf(preferences, message.alert.severity)
  const item: BundleItem = { kind, ...message }
  return {
    ...{ do: what, userId: id, lane, item: JSON.stringify(item), kind },
    ...{
      group: `${place.siteId ?? 0}|${message.alert.rule}|${message.alert.severity}`,
      dueAt: dueAt(preferences, lane, message.alert.severity, now),
      toldAt,
    },
  }
}
