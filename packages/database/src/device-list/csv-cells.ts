/**
 * A cell that begins like a formula is one to spreadsheets, whoever typed it [OWASP, CSV injection]. An apostrophe before it makes it
 * text; cells that already look so get one more, so that reading gives back exactly what was written.
 */
const formulaStart = /^'*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]/

export function guardCell(text: string): string {
  return formulaStart.test(text) ? `'${text}` : text
}

/** What `guardCell` was given. A formula that somebody else's file holds without apostrophe is taken as the text it is. */
export function unguardCell(text: string): string {
  return text.startsWith("'") && formulaStart.test(text) ? text.slice(1) : text
}
