import { type BacktestProgress, type BacktestResult, measures } from '@stellacontrol/protocol'
import { ApiError } from '../api/http.ts'
import { problemWords } from '../forms/problem-words.ts'
import { count, formatNumber } from '../words/numbers.ts'
import { eventWords } from './rule-words.ts'
import { variantWords } from './sweep.ts'

const dayMs = 86_400_000

/** For how many days, as it was asked for. Pure. */
function daysOf({ from, to }: Pick<BacktestResult, 'from' | 'to'>): string {
  return count(Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / dayMs)), 'day')
}

/** "Would have fired 14 times on 6 boosters in 30 days. With hold 10 min: 3." Pure. */
export function headline(result: BacktestResult, chosen: number): string {
  const [own] = result.variants
  const variant = result.variants[chosen]
  const firings = own?.firings ?? 0
  const days = daysOf(result)
  // Where nobody reported, nothing says that it would not have fired.
  if (result.reportingDevices === 0) return `No reports in ${days}.`
  const said =
    firings === 0
      ? `Would not have fired in ${days}.`
      : `Would have fired ${count(firings, 'time')} on ${count(own?.devices ?? 0, 'booster')} in ${days}.`
  if (chosen === 0 || variant === undefined) return said
  const words = variantWords(result.rule, variant)
  return `${said} With ${words}: ${formatNumber(variant.firings)}.`
}

/** What of the incidents that somebody acted on the chosen variant would have missed. Pure. */
export function heededWords({ heeded, variants }: BacktestResult, chosen: number): string {
  if (heeded === 0)
    return 'Nobody acted on an incident of this rule in that time, so nothing says which firings mattered.'
  const missed = variants[chosen]?.missed ?? 0
  const acted = `${count(heeded, 'incident')} that somebody acted on`
  if (missed === 0)
    return heeded === 1 ? `The one incident that somebody acted on is not missed.` : `Of ${acted} none is missed.`
  if (heeded === 1) return 'The one incident that somebody acted on is missed.'
  return missed === heeded
    ? `All ${acted} are missed.`
    : `Of ${acted} ${formatNumber(missed)} ${missed === 1 ? 'is' : 'are'} missed.`
}

/** Why there is nothing to see; undefined where there is. Pure. */
export function emptyWords({ devices, reportingDevices, variants }: BacktestResult): string | undefined {
  if (devices === 0) return 'There is no booster here to look at.'
  if (reportingDevices === 0) {
    return devices === 1
      ? 'The booster has no reports in that time.'
      : `None of ${count(devices, 'booster')} has reports in that time.`
  }
  if (variants.some(({ firings }) => firings > 0)) return undefined
  const others = variants.length > 1 ? ', nor with another hold or threshold' : ''
  if (reportingDevices === 1) return `The booster that reported did not meet it${others}.`
  return `None of ${count(reportingDevices, 'booster')} that reported met it${others}.`
}

/** How far it is: "42 %, up to 3 Nov: 1,234 reports, 5 firings so far". Pure. */
export function progressWords(progress: BacktestProgress | undefined): string {
  if (progress === undefined) return 'Reading the past'
  const { share, until, reports, firings } = progress
  const so = `${count(reports, 'report')}, ${count(firings, 'firing')} so far`
  return `${Math.floor(share * 100)} %, up to ${dayWords(Date.parse(until))}: ${so}`
}

/** "12 Oct". */
export function dayWords(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }).format(at)
}

const words: Record<string, string> = {
  'backtest-running':
    'You have one running already, perhaps in another window: one at a time. End it, or wait for its end.',
  'too-many-backtests': 'Others are running as many as the service takes at a time. Try again in a moment.',
  'backtest-too-long':
    'It took longer than ten minutes and was ended. Choose a place with fewer boosters, or fewer days.',
  'rule-invalid': 'The rule cannot be as it stands. See what is marked, then run it.',
  'no-answer': 'The service did not answer. Check your network, then try again.',
  'answer-cut-off': 'The connection ended before the result was there. Run it again.',
  'database-unavailable': 'The past cannot be reached just now; live values go on. Try again in a moment.',
}

/** Why there is no result, by the stable code of the problem, and what to do. Pure. */
export function backtestProblemWords(error: unknown): string {
  if (!(error instanceof ApiError)) return problemWords(error)
  if (error.code === 'not-in-history') return `This rule cannot be run over the past: ${withLabels(error.message)}.`
  return words[error.code] ?? problemWords(error)
}

/** Names of measures and events as people know them: "history does not keep “Door open”". */
function withLabels(message: string): string {
  const labels: Record<string, string> = eventWords
  return message.replaceAll(/[a-z][\w-]+/g, (name) => {
    const label = Object.hasOwn(measures, name) ? measures[name as keyof typeof measures].label : labels[name]
    return label === undefined ? name : `“${label}”`
  })
}
