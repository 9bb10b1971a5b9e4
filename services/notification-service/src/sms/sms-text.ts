import { countOf, type GroupedBundle } from '../bundle/group-bundle.ts'
import { allAlertsUrl, incidentUrl } from '../bundle/links.ts'
import { titleOf } from '../bundle/subject.ts'
import { localMoment } from '../when/local-clock.ts'

/** Characters of one septet [3GPP TS 23.038, 6.2.1], and those of two. */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const extended = '^{}\\[~]|€'
const mostSegments = 2
/** A longer one leaves no room for what is wrong. */
const mostLinkCharacters = 110

/** How many parts a text is paid for as [3GPP TS 23.040: 160 septets or 70 units; 153 or 67 in parts]. Pure. */
export function segmentsOf(text: string): number {
  const characters = [...text]
  const isGsm = characters.every((character) => basic.includes(character) || extended.includes(character))
  const units = isGsm
    ? characters.reduce((sum, character) => sum + (extended.includes(character) ? 2 : 1), 0)
    : text.length
  const [single, part] = isGsm ? [160, 153] : [70, 67]
  return units <= single ? 1 : Math.ceil(units / part)
}

/** What our own sentences hold that would make a message of half the length. */
const cheaper: readonly [RegExp, string][] = [
  [/ ?°C/g, ' C'],
  [/[−–—]/g, '-'],
  [/…/g, '...'],
  [/[“”]/g, '"'],
  [/[‘’]/g, "'"],
  [/[µμ]/g, 'u'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  [/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' '],
]

interface SmsFacts {
  isTest: boolean
  /** Short remarks that come with it. */
  notices: readonly string[]
  timeZone: string
  publicUrl: string | undefined
  /** Epoch ms. */
  now: number
}

/** The text message of a bundle: the worst first, never more than two parts. Empty if there is nothing to say. Pure. */
export function smsText(grouped: GroupedBundle, facts: SmsFacts): string {
  const { isTest, notices, timeZone, publicUrl, now } = facts
  const [site] = grouped.sites
  const cause = site?.causes[0]
  const remarks = notices.map((notice) => ` ${notice}.`).join('')
  if (!site || !cause) return isTest ? 'StellaControl: a test. Your text messages arrive.' : overText(grouped, remarks)
  const [line] = cause.lines
  const more = grouped.alerts - countOf(cause)
  const names = line && countOf(cause) === 1 ? [...new Set([line.name, site.siteName])] : [site.siteName]
  const since =
    line && countOf(cause) === 1 ? `, since ${localMoment(timeZone, Date.parse(line.alert.since), now)}` : ''
  const start = `StellaControl ${cause.severity.toUpperCase()}: ${titleOf(cause)}. ${names.join(', ')}`
  const link =
    line && grouped.alerts === 1 ? incidentUrl(publicUrl, line.alert.id) : publicUrl && allAlertsUrl(publicUrl).url
  const end = `${since}.${more > 0 ? ` +${more} more.` : ''}${remarks}`
  return fitted(start, link === undefined || link.length > mostLinkCharacters ? end : `${end} ${link}`)
}

function overText({ over }: GroupedBundle, remarks: string): string {
  const [line] = over.lines
  if (line === undefined) return ''
  const more = countOf(over) - 1
  return fitted(
    `StellaControl OVER: ${line.name}, ${line.alert.ruleName}`,
    `.${more > 0 ? ` +${more} more.` : ''}${remarks}`,
  )
}

function fitted(start: string, end: string): string {
  let text = start
  for (const [pattern, replacement] of cheaper) text = text.replace(pattern, replacement)
  if (segmentsOf(text + end) <= mostSegments) return text + end
  const characters = [...text]
  // Binary search for the longest beginning that fits.
  let [fits, tooLong] = [0, characters.length]
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    const isShort = segmentsOf(`${characters.slice(0, middle).join('')}...${end}`) <= mostSegments
    if (isShort) fits = middle
    else tooLong = middle
  }
  return `${characters.slice(0, fits).join('')}...${end}`
}
