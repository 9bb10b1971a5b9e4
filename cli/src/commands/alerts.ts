import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { backtestCommand } from './alert-backtest.ts'
import { acknowledgeCommand, shelveCommand } from './alert-changes.ts'
import { listCommand, showCommand } from './alert-list.ts'
import { alertRuleCommands } from './alert-rules.ts'
import { watchAlertsCommand } from './alert-watch.ts'

const help = `
Examples:
  $ ./stella alerts list
  $ ./stella alerts list --state open,acknowledged --severity critical --json | jq -r .id
  $ ./stella alerts watch
  $ ./stella alerts show 3f2a91c0
  $ ./stella alerts ack 3f2a91c0 77b0d2e4
  $ ./stella alerts shelve 3f2a91c0 --for 4h
  $ ./stella alerts rules list --device HN8AB12CD
  $ ./stella alerts backtest temperature-exceeded --days 30 --hold 10m,1h
  $ ./stella alerts rules override temperature-exceeded --site "Tower East" --raise-at 80 --clear-at 75
`

/** `stella alerts …`: what is wrong, who takes care of it, and what raises it. */
export function alertCommands(context: CommandContext): Command {
  return new Command('alerts')
    .description('list, watch, acknowledge and shelve incidents; the rules that raise them, now and in the past')
    .addHelpText('before', help.trimStart())
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(watchAlertsCommand(context))
    .addCommand(acknowledgeCommand(context))
    .addCommand(shelveCommand(context))
    .addCommand(alertRuleCommands(context))
    .addCommand(backtestCommand(context))
}
