import { oneLine } from '@stellacontrol/mail'
import type { Block, Card, Link } from './letter.ts'

export interface Footer {
  links: readonly Link[]
  words: readonly string[]
}

/** A mail as plain text. Pure. */
export function textOf(blocks: readonly Block[], { links, words }: Footer): string {
  const parts = blocks.flatMap(({ heading, words: sentences = [], cards = [], list = [] }) => [
    ...(heading === undefined ? [] : [`${oneLine(heading)}\n${'-'.repeat(Math.min(60, [...heading].length))}`]),
    ...(sentences.length > 0 ? [sentences.map(oneLine).join('\n')] : []),
    ...cards.map(cardText),
    ...(list.length > 0 ? [list.map(itemText).join('\n')] : []),
  ])
  const end = [...links.map(({ text, url }) => `${text}: ${url}`), ...words]
  return `${[...parts, ...(end.length > 0 ? [end.join('\n')] : [])].join('\n\n')}\n`
}

const itemText = (item: string | Link) => `- ${oneLine(typeof item === 'string' ? item : item.text)}`

function cardText({ lead, title, where, since, list, advice, link }: Card): string {
  return [
    `${lead.toUpperCase()}: ${oneLine(title)}`,
    ...(where === undefined ? [] : [`Where: ${oneLine(where)}`]),
    ...(since === undefined ? [] : [`Since: ${oneLine(since)}`]),
    ...list.map(itemText),
    ...(advice === undefined ? [] : [`What to do: ${oneLine(advice)}`]),
    ...(link === undefined ? [] : [`${link.text}: ${link.url}`]),
  ].join('\n')
}
