import { duration } from '@stellacontrol/alerts'
import type { AlertSeverity } from '@stellacontrol/protocol'
import { localMoment } from '../when/local-clock.ts'
import { type Cause, countOf, type GroupedBundle, type Line, type SiteGroup } from './group-bundle.ts'
import { htmlOf } from './letter-html.ts'
import { textOf } from './letter-text.ts'
import { allAlertsUrl, incidentUrl, preferencesUrl } from './links.ts'
import { counted, leadOf, subjectOf, titleOf } from './subject.ts'

/** Longer lists are counts: nobody reads fifty lines on a phone. */
const mostLines = 30
const mostLinesOfCause = 5
const mostSites = 12

export interface LetterFacts {
  grouped: GroupedBundle
  /** Sentences that come with it. */
  notices: readonly string[]
  isTest: boolean
  timeZone: string
  /** Where alerts and preferences are; undefined = nobody said at which address. */
  publicUrl: string | undefined
  /** Epoch ms. */
  now: number
}

export interface Letter {
  subject: string
  text: string
  html: string
}

export interface Link {
  text: string
  url: string
}

/** What is wrong, where, since when, what to do, and where to go on. */
export interface Card {
  severity: AlertSeverity
  /** "Critical", "Still major". */
  lead: string
  title: string
  where: string | undefined
  since: string | undefined
  /** One line for each device, where there are several. */
  list: (string | Link)[]
  advice: string | undefined
  link: Link | undefined
}

/** One block of a mail: words, cards, or a list of short lines. */
export interface Block {
  heading?: string
  words?: readonly string[]
  cards?: readonly Card[]
  list?: readonly (string | Link)[]
}

/** The mail of a bundle: by site and cause, worst first; then what is over. Pure. */
export function writeLetter(facts: LetterFacts): Letter {
  const { grouped, notices, isTest, publicUrl, timeZone } = facts
  const { sites, over, alerts } = grouped
  const isStorm = alerts > mostLines
  const lead =
    alerts + countOf(over) === 0 ? notices : alerts === 0 ? ['Nothing to do: what you were told of is over.'] : []
  const blocks: Block[] = [
    { words: isTest ? ['Nothing to do: this is how your alerts will reach you. You asked for a test.'] : lead },
    ...(isStorm ? [{ words: stormWords(grouped, facts) }] : []),
    ...sites.slice(0, mostSites).map((site) => siteBlock(site, { isStorm, isOnly: alerts === 1 }, facts)),
    ...(sites.length > mostSites ? [{ words: [furtherSites(sites.slice(mostSites))] }] : []),
    ...(countOf(over) > 0 ? [{ heading: 'Over', list: overLines(over, publicUrl) }] : []),
    ...(lead === notices ? [] : [{ words: notices }]),
  ]
  const links = publicUrl === undefined ? [] : [allAlertsUrl(publicUrl), preferencesUrl(publicUrl)]
  const footer = { links, words: alerts > 0 ? [`Times are those of ${timeZone}.`] : [] }
  const shown = blocks.filter(({ words, heading, cards }) => heading ?? cards ?? (words && words.length > 0))
  return { subject: subjectOf(facts), text: textOf(shown, footer), html: htmlOf(shown, footer) }
}

/** The first things to know when it is too much to read one by one: how much, where, since when, what to do. */
function stormWords({ sites, alerts }: GroupedBundle, { timeZone, now }: LetterFacts): string[] {
  const [worst] = sites
  const causes = sites.flatMap((site) => site.causes)
  const lines = causes.flatMap((cause) => cause.lines)
  const since = lines.map(({ alert }) => alert.since).sort()[0]
  const began = since === undefined ? '' : `, the first since ${localMoment(timeZone, Date.parse(since), now)}`
  const where = sites.length === 1 ? `at ${worst?.siteName}` : `at ${sites.length} sites`
  const advice = lines.find(({ alert }) => alert.rule === worst?.causes[0]?.rule)?.alert.advice
  return [
    `${counted(alerts, 'alert')} ${where}${began}: too many to list one by one.`,
    ...(sites.length > 1 ? [`Look first at ${worst?.siteName}.`] : []),
    ...(advice === undefined ? [] : [`What to do: ${advice}`]),
  ]
}

function siteBlock(
  { siteName, causes, count }: SiteGroup,
  { isStorm, isOnly }: { isStorm: boolean; isOnly: boolean },
  facts: LetterFacts,
): Block {
  if (isOnly) return { cards: causes.map((cause) => cardOf(cause, siteName, facts)) }
  const heading = count > 1 ? `${siteName}: ${counted(count, 'alert')}` : siteName
  if (isStorm) return { heading, list: causes.slice(0, mostSites).map(causeCount) }
  return { heading, cards: causes.map((cause) => cardOf(cause, undefined, facts)) }
}

/** "CRITICAL Device offline: 412 devices". */
function causeCount(cause: Cause): string {
  return `${cause.severity.toUpperCase()} ${cause.ruleName}: ${counted(countOf(cause), 'device')}`
}

function cardOf(cause: Cause, siteName: string | undefined, { timeZone, publicUrl, now }: LetterFacts): Card {
  const [line] = cause.lines
  const isOne = line !== undefined && countOf(cause) === 1
  const sinceOf = ({ alert }: Line) => localMoment(timeZone, Date.parse(alert.since), now)
  const shown = cause.lines.slice(0, mostLinesOfCause).map((each) => {
    const text = `${whoIs(each)}: ${each.alert.text}, since ${sinceOf(each)}${newsOf(each)}${stateOf(each)}`
    return linked(text, incidentUrl(publicUrl, each.alert.id))
  })
  const hidden = countOf(cause) - shown.length
  const place = line && [...new Set([whoIs(line), siteName ?? ''])].filter((name) => name !== '').join(', ')
  const url = isOne ? incidentUrl(publicUrl, line.alert.id) : undefined
  return {
    severity: cause.severity,
    lead: isOne ? leadOf(line) : `${cause.severity.charAt(0).toUpperCase()}${cause.severity.slice(1)}`,
    title: titleOf(cause),
    where: isOne ? place : undefined,
    since: isOne ? `${sinceOf(line)}${newsOf(line)}${stateOf(line)}` : undefined,
    list: isOne ? [] : hidden > 0 ? [...shown, `and ${hidden} more`] : shown,
    advice: line?.alert.advice,
    link: url === undefined ? undefined : { text: 'Open this alert', url },
  }
}

const newsOf = ({ kind }: Line) => (kind === 'reminder' ? ', still on' : '')

function stateOf({ alert: { state, by } }: Line): string {
  return state === 'acknowledged' || state === 'shelved' ? `, ${state}${by === undefined ? '' : ` by ${by}`}` : ''
}

/** "Booster 7 (SC-0007)", as it is called and as it says on it. */
function whoIs({ name, device: { serialNumber } }: Line): string {
  return serialNumber.includes(':') || name === serialNumber ? name : `${name} (${serialNumber})`
}

function overLines({ lines, more }: GroupedBundle['over'], publicUrl: string | undefined): (string | Link)[] {
  const shown = lines.slice(0, mostLines).map(({ alert, name }) => {
    const lastedMs = Date.parse(alert.clearedAt ?? alert.at) - Date.parse(alert.raisedAt)
    const text = `${name}: ${alert.ruleName}, over after ${duration(Math.max(0, lastedMs))}`
    return linked(text, incidentUrl(publicUrl, alert.id))
  })
  const hidden = lines.length - shown.length + more
  return hidden > 0 ? [...shown, `${shown.length > 0 ? 'and ' : ''}${hidden} more`] : shown
}

const linked = (text: string, url: string | undefined) => (url === undefined ? text : { text, url })

function furtherSites(sites: readonly SiteGroup[]): string {
  const alerts = sites.reduce((sum, { count }) => sum + count, 0)
  return `${counted(sites.length, 'further site')}: ${counted(alerts, 'alert')}`
}
