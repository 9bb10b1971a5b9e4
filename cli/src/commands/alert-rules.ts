import { unitOf } from '@stellacontrol/alerts'
import { listOverrides, type StoredOverride } from '@stellacontrol/database'
import type { AlertRule } from '@stellacontrol/protocol'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { withDatabase } from '../installation.ts'
import { tableLines } from '../output.ts'
import { overrideCommand, resetCommand } from './alert-rule-changes.ts'
import { addPlaceOptions, type PlaceOptions, placeNamed, ruleNamed, rulesAt } from './alert-rule-place.ts'

const help = `
Examples:
  $ ./stella alerts rules list
  $ ./stella alerts rules list --device HN8AB12CD --json | jq -r 'select(.enabled) | .id'
  $ ./stella alerts rules show temperature-exceeded
  $ ./stella alerts rules override temperature-exceeded --site "Tower East" --raise-at 80 --clear-at 75
  $ ./stella alerts rules override modem-roaming --organisation Cruises --off
  $ ./stella alerts rules override device-offline --model iR5 --changes '{"recurrence":"weekly"}'
  $ ./stella alerts rules reset modem-roaming --organisation Cruises
`

/** `stella alerts rules …`: what raises incidents, where. */
export function alertRuleCommands(context: CommandContext): Command {
  return new Command('rules')
    .description('list and show rules; lay changes over them for a model, an organisation, a site or a device')
    .addHelpText('before', help.trimStart())
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(overrideCommand(context))
    .addCommand(resetCommand(context))
}

type Shown = PlaceOptions & { json?: boolean }

function listCommand({ environment, output }: CommandContext): Command {
  const command = new Command('list').description('every rule, as it is written or as it holds at a place')
  return addPlaceOptions(command)
    .option('--json', 'one JSON object per rule and line')
    .action(async (options: Shown) => {
      const rules = await withDatabase(environment, async (database) => {
        const named = await placeNamed(database, options)
        return rulesAt(database, named)
      })
      if (options.json) for (const rule of rules) output.data(JSON.stringify(rule))
      else for (const line of tableLines(listTable(rules))) output.data(line)
      output.say(output.dim(`${rules.length} rules`))
    })
}

function showCommand({ environment, output }: CommandContext): Command {
  return new Command('show')
    .description('one rule, why it is as it is, and every override of it')
    .argument('<rule>')
    .option('--json', 'one JSON object')
    .action(async (id: string, options: { json?: boolean }) => {
      const [rule, overrides] = await withDatabase(environment, async (database) => {
        const all = await listOverrides(database)
        return [await ruleNamed(database, id), all.filter((override) => override.rule === id)] as const
      })
      if (options.json) return output.data(JSON.stringify({ ...rule, overrides: overrides.map(readable) }))
      for (const line of tableLines(showTable(rule))) output.data(line)
      for (const line of tableLines(overrides.map(overrideRow))) output.data(line)
    })
}

function levelsOf(rule: AlertRule): string {
  if (rule.looksAt.kind === 'event') return rule.levels.map(({ severity }) => severity).join(', ')
  const unit = unitOf(rule)
  return rule.levels.map(({ severity, raiseAt }) => `${severity} ${raiseAt}${unit && ` ${unit}`}`).join(', ')
}

function listTable(rules: readonly AlertRule[]): string[][] {
  const rows = rules.map((rule) => [rule.id, rule.enabled ? 'on' : 'off', rule.class, levelsOf(rule), rule.name])
  return [['RULE', 'ON', 'CLASS', 'LEVELS', 'NAME'], ...rows]
}

function showTable(rule: AlertRule): string[][] {
  const hold = ({ holdMs, samples }: AlertRule['raise']) => `${holdMs / 60_000} min and ${samples} reports`
  const clears = rule.levels.map(({ clearAt }) => clearAt).join(', ')
  return [
    ['rule', rule.id],
    ['name', rule.name],
    ['class', rule.class],
    ['switched', rule.enabled ? 'on' : 'off'],
    ['looks at', JSON.stringify(rule.looksAt)],
    ['raises at', `${levelsOf(rule)}, held for ${hold(rule.raise)}`],
    ['clears at', `${clears} ${unitOf(rule)}, held for ${hold(rule.clear)}`],
    ['announced', `once in ${rule.throttleMs / 60_000} min; reminds: ${rule.recurrence}`],
    ['advice', rule.advice],
    ['basis', rule.basis],
  ]
}

function overrideRow(override: StoredOverride): string[] {
  const { scope, scopeId, scopeName, version, changedBy, changes } = override
  return [`override ${version}`, `${scope} ${scopeName ?? scopeId}`, changedBy, JSON.stringify(changes)]
}

function readable(override: StoredOverride): Record<string, unknown> {
  return { ...override, changedAt: new Date(override.changedAt).toISOString() }
}
