import { duration } from '@stellacontrol/alerts'
import { escapeHtml, oneLine } from '@stellacontrol/mail'
import { localTime } from '../when/local-clock.ts'
import { type Cause, countOf, type GroupedBundle, type Line, type SiteGroup } from './group-bundle.ts'

/** Longer lists are counts: nobody reads fifty lines on a phone. */
const mostLines = 30
const mostLinesOfCause = 5
const mostSites = 12
const mostSubjectCharacters = 110

export interface LetterFacts {
  grouped: GroupedBundle
  /** Sentences that come with it. */
  notices: readonly string[]
  isTest: boolean
  timeZone: string
  /** Where alerts and preferences are; undefined = nobody said at which address. */
  publicUrl: string | undefined
}

export interface Letter {
  subject: string
  text: string
  html: string
}

/** A sentence; in the HTML a link to what it is about. */
type Sentence = string | { text: string; url: string | undefined }

/** One block of a mail: a heading, and what is below it. */
interface Block {
  heading?: string
  lines: Sentence[]
}

/** The mail of a bundle: what to do first, then by site and cause, worst first. Pure. */
export function writeLetter(facts: LetterFacts): Letter {
  const { grouped, notices, isTest, publicUrl } = facts
  const { sites, over, alerts } = grouped
  const isStorm = alerts > mostLines
  const blocks: Block[] = [
    { lines: [firstLine(facts)] },
    ...(notices.length > 0 && alerts + countOf(over) > 0 ? [{ lines: [...notices] }] : []),
    ...sites.slice(0, mostSites).map((site) => siteBlock(site, isStorm, facts)),
    ...(sites.length > mostSites ? [{ lines: [furtherSites(sites.slice(mostSites))] }] : []),
    ...(countOf(over) > 0 ? [{ heading: alerts > 0 ? 'Over' : 'Over again', lines: overLines(over, publicUrl) }] : []),
  ]
  if (isTest) blocks[0]?.lines.push('It was sent because you asked for a test.')
  return compose(subjectOf(facts), blocks, linksOf(publicUrl))
}

/** "Critical: Board temperature 76.4 °C, above 75 °C, Booster 7, Northquay Exchange", "2 alerts at Northquay Exchange: …". */
export function subjectOf({ grouped, notices, isTest }: Pick<LetterFacts, 'grouped' | 'notices' | 'isTest'>): string {
  const { sites, over, alerts } = grouped
  const worst = sites[0]
  const first = worst?.causes[0]
  const only = alerts === 1 ? first?.lines[0] : undefined
  if (worst && only) {
    const place = only.name === worst.siteName ? worst.siteName : `${only.name}, ${worst.siteName}`
    return shortened(`${leadOf(only)}: ${only.alert.text}, ${place}`)
  }
  if (worst && first) {
    const where = sites.length === 1 ? worst.siteName : `${sites.length} sites`
    const many = countOf(first) > 1 ? `${first.ruleName} on ${countOf(first)} devices` : textOf(first)
    return shortened(`${counted(alerts, 'alert')} at ${where}: ${many}`)
  }
  const line = over.lines[0]
  if (line) {
    const total = countOf(over)
    const what = total > 1 ? `${total} alerts are over` : `Over: ${line.alert.ruleName}`
    return shortened(`${what}: ${line.name}${total > 1 ? ` and ${total - 1} more` : ''}`)
  }
  return isTest ? 'A test from StellaControl: your alerts arrive' : shortened(notices[0] ?? 'StellaControl')
}

/** "Critical", "Still critical", "Critical, nobody has acknowledged it". */
function leadOf({ kind, alert: { severity } }: Line): string {
  if (kind === 'reminder') return `Still ${severity}`
  const lead = `${severity.charAt(0).toUpperCase()}${severity.slice(1)}`
  return kind === 'escalation' ? `${lead}, nobody has acknowledged it` : lead
}

/** What to do. */
function firstLine({ grouped, notices, isTest }: LetterFacts): string {
  const { sites, over } = grouped
  const worst = sites[0]
  const first = worst?.causes[0]
  if (worst && first) {
    const line = first.lines[0]
    const where =
      line === undefined || line.name === worst.siteName ? worst.siteName : `${line.name}, ${worst.siteName}`
    const advice = line?.alert.advice
    return advice ? `Do first (${where}): ${advice}` : `Look first at ${where}: ${textOf(first)}.`
  }
  if (countOf(over) > 0) return 'Nothing to do: what you were told of is over.'
  if (isTest) return 'Nothing to do: this is how your alerts will reach you.'
  return notices.join(' ')
}

function siteBlock({ siteName, causes, count }: SiteGroup, isStorm: boolean, facts: LetterFacts): Block {
  const heading = count > 1 ? `${siteName}: ${count} alerts` : siteName
  if (isStorm) return { heading, lines: causes.slice(0, mostSites).map(causeCount) }
  return {
    heading,
    lines: causes.flatMap((cause) => {
      const shown = cause.lines.slice(0, mostLinesOfCause).map((line) => lineSentence(line, facts))
      const hidden = countOf(cause) - shown.length
      return hidden > 0 ? [...shown, `and ${hidden} more: ${cause.ruleName}`] : shown
    }),
  }
}

/** "CRITICAL Device offline: 412 devices". */
function causeCount(cause: Cause): string {
  return `${cause.severity.toUpperCase()} ${cause.ruleName}: ${countOf(cause)}`
}

function lineSentence({ kind, alert, name, device }: Line, { timeZone, publicUrl }: LetterFacts): Sentence {
  const again = { raised: '', cleared: '', reminder: ', still on', escalation: ', nobody has acknowledged it' }[kind]
  const by = alert.by === undefined ? '' : ` by ${alert.by}`
  const state = alert.state === 'acknowledged' || alert.state === 'shelved' ? `, ${alert.state}${by}` : ''
  const since = localTime(timeZone, Date.parse(alert.since))
  const who =
    device.serialNumber.includes(':') || name === device.serialNumber ? name : `${name} (${device.serialNumber})`
  const text = `${alert.severity.toUpperCase()} ${who}: ${alert.text}, since ${since}${again}${state}`
  return { text, url: incidentUrl(publicUrl, alert.id) }
}

function overLines({ lines, more }: GroupedBundle['over'], publicUrl: string | undefined): Sentence[] {
  const shown: Sentence[] = lines.slice(0, mostLines).map(({ alert, name }) => {
    const lastedMs = Date.parse(alert.clearedAt ?? alert.at) - Date.parse(alert.raisedAt)
    const text = `${name}: ${alert.ruleName}, over after ${duration(Math.max(0, lastedMs))}`
    return { text, url: incidentUrl(publicUrl, alert.id) }
  })
  const hidden = lines.length - shown.length + more
  return hidden > 0 ? [...shown, `and ${hidden} more`] : shown
}

function furtherSites(sites: readonly SiteGroup[]): string {
  const alerts = sites.reduce((sum, { count }) => sum + count, 0)
  return `${counted(sites.length, 'further site')}: ${counted(alerts, 'alert')}`
}

function textOf({ lines, ruleName, more }: Cause): string {
  return lines[0]?.alert.text ?? `${ruleName}: ${more}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function shortened(text: string): string {
  const characters = [...oneLine(text)]
  if (characters.length <= mostSubjectCharacters) return characters.join('')
  return `${characters.slice(0, mostSubjectCharacters - 1).join('')}…`
}

const baseOf = (publicUrl: string) => publicUrl.replace(/\/$/, '')

function incidentUrl(publicUrl: string | undefined, id: string): string | undefined {
  return publicUrl === undefined ? undefined : `${baseOf(publicUrl)}/alerts?incident=${id}`
}

function linksOf(publicUrl: string | undefined): { label: string; url: string }[] {
  if (publicUrl === undefined) return []
  const base = baseOf(publicUrl)
  return [
    { label: 'All alerts', url: `${base}/alerts` },
    { label: 'What you are told, and how', url: `${base}/account/notifications` },
  ]
}

const wordsOf = (sentence: Sentence) => (typeof sentence === 'string' ? sentence : sentence.text)

function htmlOf(sentence: Sentence): string {
  const words = escapeHtml(wordsOf(sentence))
  if (typeof sentence === 'string' || sentence.url === undefined) return words
  return `<a href="${escapeHtml(sentence.url)}" style="color:inherit">${words}</a>`
}

function compose(subject: string, blocks: readonly Block[], links: readonly { label: string; url: string }[]): Letter {
  const texts = blocks.map(({ heading, lines }) =>
    heading === undefined
      ? lines.map((line) => oneLine(wordsOf(line)))
      : [oneLine(heading), ...lines.map((line) => `- ${oneLine(wordsOf(line))}`)],
  )
  const html = blocks.map(({ heading, lines }) => {
    if (heading === undefined) return lines.map((line) => `<p>${htmlOf(line)}</p>`).join('\n')
    const items = lines.map((line) => `<li>${htmlOf(line)}</li>`).join('\n')
    return `<h2 style="font-size:1rem;margin:1.2em 0 .3em">${escapeHtml(heading)}</h2>\n<ul style="margin:0;padding-left:1.2em">\n${items}\n</ul>`
  })
  const anchors = links.map(({ label, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`).join(' · ')
  const page = `<body style="font-family:system-ui,sans-serif;font-size:1rem;line-height:1.45;max-width:40rem">`
  const head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
  return {
    subject,
    text: `${[...texts.map((lines) => lines.join('\n')), ...links.map(({ label, url }) => `${label}: ${url}`)].join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en"><head>${head}</head>${page}\n${html.join('\n')}\n<p>${anchors}</p>\n</body></html>\n`,
  }
}
