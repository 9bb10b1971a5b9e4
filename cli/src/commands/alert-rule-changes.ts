import { checkChanges, type RuleProblem } from '@stellacontrol/alerts'
import {
  commandLineActor,
  type Database,
  findOverride,
  putOverride,
  type Queries,
  recordAudit,
  removeOverride,
  withTransaction,
} from '@stellacontrol/database'
import { type AlertRule, MessageType, type RuleChanges } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { withDatabase, withRedis } from '../installation.ts'
import { addPlaceOptions, type PlaceOptions, placeNamed, type RulePlace, ruleNamed } from './alert-rule-place.ts'

/** What may be changed of a rule by words. */
export interface ChangeOptions {
  raiseAt?: number
  clearAt?: number
  severity?: string
  on?: boolean
  off?: boolean
  changes?: string
}
type OverrideOptions = PlaceOptions & ChangeOptions & { json?: boolean }

export function addChangeOptions(command: Command): Command {
  return command
    .option('--raise-at <number>', 'another threshold', Number)
    .option('--clear-at <number>', 'with the value on the good side of which it clears', Number)
    .option('--severity <severity>', 'of which level, where a rule has several')
    .option('--changes <json>', 'any changes as the API takes them')
}

export function overrideCommand({ environment, output }: CommandContext): Command {
  const command = new Command('override').description('lay changes over a rule, instead of those that were there')
  return addChangeOptions(addPlaceOptions(command.argument('<rule>')))
    .option('--on', 'switch it on')
    .option('--off', 'switch it off')
    .option('--json', 'one JSON object')
    .action(async (id: string, options: OverrideOptions) => {
      const { place, changes } = await withDatabase(environment, (database) =>
        withTransaction(database, (queries) => layOver(queries, id, options)),
      )
      await announce(environment)
      if (options.json) output.data(JSON.stringify({ rule: id, scope: place.scope, scopeId: place.scopeId, changes }))
      else output.say(`${id} is changed for ${place.scope} ${place.scopeId}.`)
    })
}

async function layOver(queries: Queries, id: string, options: OverrideOptions) {
  const rule = await ruleNamed(queries, id)
  const place = requirePlace(await placeNamed(queries, options))
  const { changes } = taken(checkChanges(rule, changesOf(rule, options)))
  if (Object.keys(changes).length === 0) throw new CommandError('usage', 'Say what is to be changed.')
  const { scope, scopeId, organisationId } = place
  const before = (await findOverride(queries, { rule: id, scope, scopeId }))?.changes ?? null
  const changedBy = commandLineActor.actor
  await putOverride(queries, { rule: id, scope, scopeId, organisationId, changes, changedBy })
  await recordAudit(queries, commandLineActor, [
    {
      ...{ organisationId, action: 'alertRule.overridden', objectKind: 'alertRule', objectId: id },
      ...{ before: { scope, scopeId, changes: before }, after: { scope, scopeId, changes } },
    },
  ])
  return { place, changes }
}

export function resetCommand({ environment, output }: CommandContext): Command {
  const command = new Command('reset').description('take an override away')
  return addPlaceOptions(command.argument('<rule>'))
    .option('--json', 'one JSON object')
    .action(async (id: string, options: PlaceOptions & { json?: boolean }) => {
      const { scope, scopeId } = await withDatabase(environment, (database) => takeAway(database, id, options))
      await announce(environment)
      if (options.json) output.data(JSON.stringify({ rule: id, scope, scopeId }))
      else output.say(`${id} holds for ${scope} ${scopeId} as it does above.`)
    })
}

function takeAway(database: Database, id: string, options: PlaceOptions): Promise<RulePlace> {
  return withTransaction(database, async (queries) => {
    const place = requirePlace(await placeNamed(queries, options))
    const { scope, scopeId, organisationId } = place
    const before = await findOverride(queries, { rule: id, scope, scopeId })
    if (before === undefined) throw new CommandError('notFound', `Nothing is laid over ${id} for ${scope} ${scopeId}.`)
    await removeOverride(queries, { rule: id, scope, scopeId })
    await recordAudit(queries, commandLineActor, [
      {
        ...{ organisationId, action: 'alertRule.reset', objectKind: 'alertRule', objectId: id },
        before: { scope, scopeId, changes: before.changes },
      },
    ])
    return place
  })
}

function requirePlace(place: RulePlace | undefined): RulePlace {
  if (place === undefined) throw new CommandError('usage', 'Say one of --model, --organisation, --site and --device.')
  return place
}

/** The changes that were typed. Pure. */
export function changesOf(rule: AlertRule, options: ChangeOptions): Record<string, unknown> {
  if (options.on && options.off) throw new CommandError('usage', 'Say --on or --off, not both.')
  return {
    ...(options.changes === undefined ? {} : jsonObject('--changes', options.changes)),
    ...(options.on || options.off ? { enabled: options.on === true } : {}),
    ...levelChanges(rule, options),
  }
}

function levelChanges(rule: AlertRule, { raiseAt, clearAt, severity }: ChangeOptions): RuleChanges {
  if (raiseAt === undefined && clearAt === undefined) return {}
  const meant = rule.levels.filter((level) => severity === undefined || level.severity === severity)
  if (meant.length !== 1) {
    const levels = rule.levels.map((level) => level.severity).join(', ')
    throw new CommandError('usage', `Say with --severity which level of ${rule.id} is meant: ${levels}.`)
  }
  const changed = { ...(raiseAt === undefined ? {} : { raiseAt }), ...(clearAt === undefined ? {} : { clearAt }) }
  return { levels: rule.levels.map((level) => (level === meant[0] ? { ...level, ...changed } : level)) }
}

export function jsonObject(option: string, text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed }
  } catch {}
  throw new CommandError('usage', `${option} is a JSON object.`)
}

/** @throws CommandError `usage` that names every field that is wrong */
export function taken<Checked extends object>(result: Checked | { problems: RuleProblem[] }): Checked {
  if (!('problems' in result)) return result
  throw new CommandError('usage', result.problems.map(({ field, message }) => `${field}: ${message}`).join('; '))
}

async function announce(environment: CommandContext['environment']): Promise<void> {
  await withRedis(environment, async (redis) => {
    await redis.state.ready()
    await publishMessage({ message: createMessage(MessageType.AlertRulesChanged, { at: new Date().toISOString() }) })
  })
}
