import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import {
  type BacktestDevice,
  checkChanges,
  checkRule,
  FleetBacktest,
  type HeededIncident,
  modelFactsOf,
  planBacktest,
  runBacktest,
} from '@stellacontrol/alerts'
import {
  type Database,
  findHeededIncidents,
  listRegistry,
  organisationPaths,
  pastColumnsOf,
  type RegistryDevice,
  readPast,
  systemScope,
} from '@stellacontrol/database'
import { type AlertRule, type BacktestLine, backtestRequestSchema, longestBacktestMs } from '@stellacontrol/protocol'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { withDatabase } from '../installation.ts'
import { type Output, tableLines } from '../output.ts'
import { addChangeOptions, type ChangeOptions, changesOf, jsonObject, taken } from './alert-rule-changes.ts'
import { addPlaceOptions, type PlaceOptions, placeNamed, type RulePlace, rulesAt } from './alert-rule-place.ts'
import { backtestTables } from './backtest-tables.ts'
import { checked } from './checked.ts'
import { durationMs } from './duration.ts'

const help = `
Examples:
  $ ./stella alerts backtest temperature-exceeded
  $ ./stella alerts backtest temperature-exceeded --site "Tower East" --raise-at 70 --clear-at 65
  $ ./stella alerts backtest isolation-low --from 2026-10-01 --to 2026-11-01 --hold 0m,30m,2h --threshold 3,6,9
  $ ./stella alerts backtest --rule humid.json --model iR5 --json | jq 'select(.type == "result").firings'
`

type BacktestOptions = PlaceOptions &
  ChangeOptions & {
    rule?: string
    days: string
    from?: string
    to?: string
    hold?: string
    threshold?: string
    json?: boolean
  }

const dayMs = 86_400_000
const progressEveryMs = 2_000

/** `stella alerts backtest`: what a rule, and variants of it, would have raised in the past. By the evaluator that raises alerts. */
export function backtestCommand({ environment, output, signal }: CommandContext): Command {
  const command = new Command('backtest')
    .description('what a rule, changed or new, would have raised in the past')
    .addHelpText('before', help.trimStart())
    .argument('[rule]', 'its id, such as temperature-exceeded')
    .option('--rule <file>', 'a new rule instead, as JSON as the API takes it; "-" = standard input')
  return addChangeOptions(addPlaceOptions(command))
    .option('--days <number>', 'of the past, up to --to', '30')
    .option('--from <moment>', 'such as 2026-10-01 or 2026-10-01T08:00:00Z, instead of --days')
    .option('--to <moment>', 'now unless it is said; at most 90 days after --from')
    .option('--hold <times>', 'other holds to try, such as 0m,30m,2h; usual ones unless --threshold is said')
    .option('--threshold <numbers>', 'other thresholds to try, of the least severe level; the others move with it')
    .option('--json', 'one JSON object per line: progress, then the result')
    .action(async (id: string | undefined, options: BacktestOptions) => {
      const range = rangeOf(options, Date.now())
      const written = options.rule === undefined ? undefined : await readRule(options.rule)
      await withDatabase(environment, async (database) => {
        const named = await placeNamed(database, options)
        const rule = await candidate(database, { id, written, options, named })
        const devices = await devicesAt(database, named)
        const lines = await linesOf(database, { rule, devices, range, options, signal })
        await show(lines, output, options.json ?? false)
      })
    })
}

interface Asked {
  rule: AlertRule
  devices: readonly RegistryDevice[]
  range: { fromAt: number; untilAt: number }
  options: BacktestOptions
  signal: AbortSignal
}

async function linesOf(
  database: Database,
  { rule, devices, range, options, signal }: Asked,
): Promise<AsyncIterable<BacktestLine>> {
  const columns = pastColumnsOf(rule)
  if ('missing' in columns) throw new CommandError('usage', `History does not keep ${columns.missing.join(', ')}.`)
  const plan = planBacktest(rule, sweepOf(options))
  const serials = devices.map(({ serial }) => serial)
  const heeded = await findHeededIncidents(database, systemScope, { ...range, rule: rule.id, serials })
  const backtest = new FleetBacktest(plan, devices.map(backtestDevice(heeded)), range)
  const past = { ...range, fromAt: range.fromAt - plan.warmUpMs, serials, columns }
  return runBacktest(backtest, readPast(database, systemScope, past), range, signal)
}

async function show(lines: AsyncIterable<BacktestLine>, output: Output, asJson: boolean): Promise<void> {
  let saidAt = performance.now()
  for await (const line of lines) {
    if (asJson) output.data(JSON.stringify(line))
    else if (line.type === 'result') for (const text of backtestTables(line).flatMap(withGap)) output.data(text)
    else if (line.type === 'progress' && performance.now() - saidAt >= progressEveryMs) {
      saidAt = performance.now()
      const { share, until, reports, firings } = line
      const percent = `${Math.floor(share * 100)} %`
      output.say(output.dim(`${percent}, up to ${until.slice(0, 16)}Z: ${reports} reports, ${firings} times raised`))
    }
  }
}

const withGap = (table: string[][], index: number) => [...(index === 0 ? [] : ['']), ...tableLines(table)]

/** The rule that is meant, as it holds at the place, with the changes that were typed. */
async function candidate(
  database: Database,
  how: {
    id: string | undefined
    written: Record<string, unknown> | undefined
    options: BacktestOptions
    named: RulePlace | undefined
  },
): Promise<AlertRule> {
  const { id, written, options, named } = how
  if ((id === undefined) === (written === undefined)) {
    throw new CommandError('usage', 'Say the id of a rule, or --rule with the file of a new one.')
  }
  const rules = await rulesAt(database, named)
  if (written !== undefined) {
    const { rule } = taken(checkRule({ ...written, id: 'a-new-rule' }, new Set(rules.map((rule) => rule.id))))
    return rule
  }
  const rule = rules.find((one) => one.id === id)
  if (rule === undefined) throw new CommandError('notFound', `There is no rule "${id}"${named ? ' there' : ''}.`)
  return { ...rule, ...taken(checkChanges(rule, changesOf(rule, options))).changes }
}

async function devicesAt(database: Database, named: RulePlace | undefined): Promise<RegistryDevice[]> {
  const found: RegistryDevice[] = []
  for await (const page of listRegistry(database, systemScope)) found.push(...page)
  if (named === undefined) return found
  const { scope, scopeId } = named
  const paths = await organisationPaths(database, [...new Set(found.map(({ organisation }) => organisation.id))])
  return found.filter(({ model, site, serial, organisation }) => {
    if (scope === 'model') return model === scopeId
    if (scope === 'site') return String(site?.id) === scopeId
    if (scope === 'device') return serial === scopeId
    return paths.get(organisation.id)?.map(String).includes(scopeId) ?? false
  })
}

function backtestDevice(heeded: ReadonlyMap<string, HeededIncident[]>) {
  return ({ serial, name, model, site }: RegistryDevice): BacktestDevice => {
    const facts = { timeZone: site?.timeZone ?? 'UTC', model: modelFactsOf(model) }
    return { serial, name, facts, heeded: heeded.get(serial) ?? [] }
  }
}

async function readRule(file: string): Promise<Record<string, unknown>> {
  return jsonObject(`--rule ${file}`, file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'))
}

/** Pure. */
function rangeOf({ days, from, to }: BacktestOptions, now: number): Asked['range'] {
  const untilAt = Math.min(now, to === undefined ? now : momentOf('--to', to))
  const fromAt = from === undefined ? untilAt - Number(days) * dayMs : momentOf('--from', from)
  const isRange = fromAt < untilAt && untilAt - fromAt <= longestBacktestMs
  if (!isRange) throw new CommandError('usage', 'That is no time in the past of at most 90 days.')
  return { fromAt, untilAt }
}

function momentOf(option: string, typed: string): number {
  const at = /^\d{4}-\d{2}-\d{2}(T.+)?$/.test(typed) ? Date.parse(typed) : Number.NaN
  if (Number.isNaN(at)) throw new CommandError('usage', `${option} is a day or moment such as 2026-10-01T08:00:00Z.`)
  return at
}

/** What else is to be tried; undefined = what is usual for the rule. @throws CommandError `usage` */
function sweepOf({ hold, threshold }: BacktestOptions) {
  if (hold === undefined && threshold === undefined) return undefined
  const { holdsMs, thresholds } = checked(backtestRequestSchema.pick({ holdsMs: true, thresholds: true }), {
    holdsMs: wordsOf(hold).map((word) => durationMs(word, 0)),
    thresholds: wordsOf(threshold).map(Number),
  })
  return { holdsMs: holdsMs ?? [], thresholds: thresholds ?? [] }
}

const wordsOf = (typed: string | undefined) => typed?.split(',').map((word) => word.trim()) ?? []
