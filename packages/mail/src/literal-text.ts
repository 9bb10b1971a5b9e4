// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const controlCharacters = /[\u0000-\u001f\u007f\u2028\u2029]+/g

/** A line break in a name must not begin another header, or another line [CWE-93]. */
export function oneLine(text: string): string {
  return text.replace(controlCharacters, ' ')
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** An encoded word has at most 75 characters: 11 characters of four bytes each. */
const charactersPerWord = 11

/**
 * A subject that is shown as it stands: one that holds what looks like an encoded word is encoded as a whole, since the library leaves
 * plain ASCII as it is [RFC 2047, 2 and 5].
 */
export function literalSubject(subject: string): string {
  if (!subject.includes('=?')) return subject
  const characters = [...subject]
  const words: string[] = []
  for (let start = 0; start < characters.length; start += charactersPerWord) {
    const part = Buffer.from(characters.slice(start, start + charactersPerWord).join(''))
    words.push(`=?UTF-8?B?${part.toString('base64')}?=`)
  }
  return words.join(' ')
}
