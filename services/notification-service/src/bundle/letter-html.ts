import { escapeHtml } from '@stellacontrol/mail'
import type { AlertSeverity } from '@stellacontrol/protocol'
import type { Block, Card, Link } from './letter.ts'
import type { Footer } from './letter-text.ts'

/** On white and on black they have a contrast of 4.5 to 1 and more [WCAG 2.2, 1.4.3]; the second where the reader asks for dark. */
const colours: Record<AlertSeverity, readonly [light: string, dark: string]> = {
  critical: ['#b3261e', '#ff8a80'],
  major: ['#a84300', '#ffab66'],
  minor: ['#7a5c00', '#e8c547'],
  warning: ['#1f5fa8', '#8ab8f5'],
}
const dark = Object.entries(colours)
  .map(
    ([severity, [, colour]]) =>
      `.${severity}{border-color:${colour} !important}.${severity} .lead{color:${colour} !important}`,
  )
  .join('')
const style =
  ':root{color-scheme:light dark;supported-color-schemes:light dark}' +
  `@media (prefers-color-scheme:dark){body{background:#16181c;color:#e6e8eb}a{color:#8ab8f5}${dark}}`
const head = [
  '<meta charset="utf-8">',
  '<meta name="viewport" content="width=device-width,initial-scale=1">',
  '<meta name="color-scheme" content="light dark">',
  `<style>${style}</style>`,
].join('')
const page =
  'margin:0 auto;padding:16px;max-width:38rem;font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;' +
  'overflow-wrap:anywhere'
const heading = 'font-size:18px;line-height:1.3;margin:24px 0 12px'
const button =
  'display:inline-block;margin-top:12px;padding:10px 16px;border:1px solid currentColor;border-radius:8px;' +
  'text-decoration:none;font-weight:600'

/** A mail as HTML: one column, no pictures, readable on a phone and where a reader drops the style sheet. Pure. */
export function htmlOf(blocks: readonly Block[], { links, words }: Footer): string {
  const body = blocks.flatMap(({ heading: title, words: sentences = [], cards = [], list = [] }) => [
    ...(title === undefined ? [] : [`<h2 style="${heading}">${escapeHtml(title)}</h2>`]),
    ...sentences.map((sentence) => `<p style="margin:0 0 12px">${escapeHtml(sentence)}</p>`),
    ...cards.map(cardHtml),
    ...(list.length > 0 ? [listHtml(list)] : []),
  ])
  const anchors = links
    .map(({ text, url }) => anchorHtml(text, url, 'display:inline-block;padding:8px 16px 8px 0'))
    .join('')
  const ends = words.map((word) => `<br>${escapeHtml(word)}`).join('')
  const end = `<p style="margin:28px 0 0;font-size:14px">${anchors}${ends}</p>`
  return `<!doctype html>\n<html lang="en"><head>${head}</head><body style="${page}">\n${[...body, end].join('\n')}\n</body></html>\n`
}

function cardHtml({ severity, lead, title, where, since, list, advice, link }: Card): string {
  const [colour] = colours[severity]
  const facts = [
    ...(where === undefined ? [] : [`<div>${escapeHtml(where)}</div>`]),
    ...(since === undefined ? [] : [`<div>Since ${escapeHtml(since)}</div>`]),
    ...(list.length > 0 ? [listHtml(list)] : []),
    ...(advice === undefined ? [] : [`<div style="margin-top:8px"><b>What to do:</b> ${escapeHtml(advice)}</div>`]),
    ...(link === undefined ? [] : [anchorHtml(link.text, link.url, button)]),
  ]
  return [
    `<div class="${severity}" style="border-left:4px solid ${colour};padding:2px 0 2px 14px;margin:0 0 20px">`,
    `<div class="lead" style="color:${colour};font-size:14px;font-weight:700">${escapeHtml(lead)}</div>`,
    `<div style="font-size:18px;line-height:1.35;font-weight:600">${escapeHtml(title)}</div>`,
    ...facts,
    '</div>',
  ].join('\n')
}

function listHtml(list: readonly (string | Link)[]): string {
  const items = list.map((item) => {
    const words = typeof item === 'string' ? escapeHtml(item) : anchorHtml(item.text, item.url, 'color:inherit')
    return `<li style="margin:0 0 8px">${words}</li>`
  })
  return `<ul style="margin:8px 0;padding-left:20px">\n${items.join('\n')}\n</ul>`
}

function anchorHtml(text: string, url: string, css: string): string {
  return `<a href="${escapeHtml(url)}" style="${css}">${escapeHtml(text)}</a>`
}
