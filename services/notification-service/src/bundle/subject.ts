import { oneLine } from '@stellacontrol/mail'
import { type Cause, countOf, type GroupedBundle, type Line } from './group-bundle.ts'

const mostCharacters = 110

/** "Critical: Board temperature 76.4 °C, above 75 °C, Booster 7, Northquay Exchange", "2 alerts at Northquay Exchange: …". Pure. */
export function subjectOf(facts: { grouped: GroupedBundle; notices: readonly string[]; isTest: boolean }): string {
  const { grouped, notices, isTest } = facts
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
    return shortened(`${counted(alerts, 'alert')} at ${where}: ${titleOf(first)}`)
  }
  const line = over.lines[0]
  const total = countOf(over)
  if (line && total === 1) return shortened(`Over: ${line.alert.ruleName}: ${line.name}`)
  if (line) return shortened(`${total} alerts are over: ${line.name} and ${total - 1} more`)
  if (total > 0) return `${counted(total, 'alert')} over`
  return isTest ? 'A test from StellaControl: your alerts arrive' : shortened(notices[0] ?? 'StellaControl')
}

/** "Critical", "Still critical", "Critical, nobody has acknowledged it". */
export function leadOf({ kind, alert: { severity } }: Line): string {
  if (kind === 'reminder') return `Still ${severity}`
  const lead = `${severity.charAt(0).toUpperCase()}${severity.slice(1)}`
  return kind === 'escalation' ? `${lead}, nobody has acknowledged it` : lead
}

/** "Board temperature 76.4 °C, above 75 °C", "Device offline on 3 devices". */
export function titleOf(cause: Cause): string {
  const [line] = cause.lines
  const count = countOf(cause)
  return line !== undefined && count === 1 ? line.alert.text : `${cause.ruleName} on ${counted(count, 'device')}`
}

export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
}

function shortened(text: string): string {
  const characters = [...oneLine(text)]
  if (characters.length <= mostCharacters) return characters.join('')
  return `${characters.slice(0, mostCharacters - 1).join('')}…`
}
