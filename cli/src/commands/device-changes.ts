import {
  changeDeviceState,
  claimDevice,
  commandLineActor,
  createClaimCode,
  type DeviceRecord,
  editDevice,
  findDeviceRecord,
  systemScope,
  type Transaction,
  transferDevice,
  withTransaction,
} from '@stellacontrol/database'
import { claimCodePattern, type DeviceLifeState, deviceChangeSchema } from '@stellacontrol/protocol'
import { cacheOf } from '@stellacontrol/redis'
import { CodedError } from '@stellacontrol/runtime'
import { Command } from 'commander'
import { z } from 'zod'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { withDatabase, withRedis } from '../installation.ts'
import { announceDevices, ownerNamed, serialOf, siteNamed } from './device-access.ts'

/** What changes one device, beside adding it. */
export function changeCommands(context: CommandContext): Command[] {
  return [
    editCommand(context),
    claimCodeCommand(context),
    claimCommand(context),
    transferCommand(context),
    stateCommand(context, 'suspend', 'suspended', 'let a device in no more, until it is activated again'),
    stateCommand(context, 'activate', 'active', 'let a suspended device in again'),
    stateCommand(context, 'revoke', 'revoked', 'never let a device in again: it cannot be trusted'),
    stateCommand(context, 'retire', 'retired', 'take a device that is gone out of the fleet'),
  ]
}

/** Does it in one transaction, tells the services, and shows the device. */
async function change(
  { environment, output }: CommandContext,
  typed: string,
  json: boolean | undefined,
  work: (transaction: Transaction, serial: string) => Promise<DeviceRecord>,
): Promise<void> {
  const serial = serialOf(typed)
  const device = await withDatabase(environment, (database) =>
    withTransaction(database, (transaction) => work(transaction, serial)).catch(refuse),
  )
  await announceDevices(environment, [serial])
  if (json) output.data(JSON.stringify(device))
  else output.say(`${serial}: ${device.state}, of ${device.organisation.name}, "${device.name}"`)
}

function refuse(error: unknown): never {
  const isMissing = error instanceof CodedError && error.code.endsWith('-not-found')
  if (error instanceof CodedError) throw new CommandError(isMissing ? 'notFound' : 'failure', `${error.message}.`)
  throw error
}

function stateCommand(context: CommandContext, name: string, state: DeviceLifeState, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<serial>')
    .option('--json', 'one JSON object')
    .action((typed: string, { json }: { json?: boolean }) =>
      change(context, typed, json, (transaction, serial) =>
        changeDeviceState(transaction, systemScope, commandLineActor, serial, state),
      ),
    )
}

interface HandoverOptions {
  organisation: string
  site?: string
  json?: boolean
}

function transferCommand(context: CommandContext): Command {
  return new Command('transfer')
    .description('give a device to another organisation; what was written about it stays behind')
    .argument('<serial>')
    .requiredOption('--organisation <name>', 'who owns it from now on')
    .option('--site <name>', 'where it stands, a site of theirs')
    .option('--json', 'one JSON object')
    .action(async (typed: string, options: HandoverOptions) => {
      const wasHeardOf = await hasReported(context, typed)
      await change(context, typed, options.json, async (transaction, serial) => {
        const to = { ...(await targetOf(transaction, options)), wasHeardOf }
        return transferDevice(transaction, systemScope, commandLineActor, serial, to)
      })
    })
}

function claimCommand(context: CommandContext): Command {
  return new Command('claim')
    .description('claim a device by its code')
    .argument('<serial>')
    .requiredOption('--code <code>', 'such as 7K3M-9QZX-2B4H-W8DE')
    .requiredOption('--organisation <name>', 'who owns it from now on')
    .option('--site <name>', 'where it stands, a site of theirs')
    .option('--json', 'one JSON object')
    .action(async (typed: string, options: HandoverOptions & { code: string }) => {
      const { code } = options
      if (!claimCodePattern.test(code)) throw new CommandError('usage', 'That is not a claim code.')
      const serial = serialOf(typed)
      const wasHeardOf = await hasReported(context, typed)
      // A refusal is committed too: it counts wrong tries.
      const claimed = await withDatabase(context.environment, (database) =>
        withTransaction(database, async (transaction) => {
          const target = await targetOf(transaction, options)
          return claimDevice(transaction, commandLineActor, { ...target, serial, code, wasHeardOf })
        }),
      )
      if (claimed === undefined) throw new CommandError('failure', 'The device cannot be claimed with this code.')
      await announceDevices(context.environment, [serial])
      if (options.json) context.output.data(JSON.stringify(claimed))
      else context.output.say(`${serial}: ${claimed.state}, of ${claimed.organisation.name}`)
    })
}

function claimCodeCommand({ environment, output }: CommandContext): Command {
  return new Command('claim-code')
    .description('make the code with which a device is claimed: once, within 15 minutes')
    .argument('<serial>')
    .option('--json', 'one JSON object')
    .action(async (typed: string, { json }: { json?: boolean }) => {
      const serial = serialOf(typed)
      const made = await withDatabase(environment, (database) =>
        withTransaction(database, (transaction) =>
          createClaimCode(transaction, systemScope, commandLineActor, serial),
        ).catch(refuse),
      )
      const expiresAt = new Date(made.expiresAt).toISOString()
      if (json) return output.data(JSON.stringify({ ...made, expiresAt }))
      output.say(`The code below is shown only now, and works until ${expiresAt}:`)
      output.data(made.code)
    })
}

interface EditOptions {
  name?: string
  site?: string
  location?: string
  latitude?: string
  longitude?: string
  tag?: string[]
  notes?: string
  json?: boolean
}

function editCommand(context: CommandContext): Command {
  return new Command('edit')
    .description('change name, site, place, tags or notes of a device')
    .argument('<serial>')
    .option('--name <name>')
    .option('--site <name>', 'a site of its organisation; "" = none')
    .option('--location <words>', 'where in the building')
    .option('--latitude <degrees>')
    .option('--longitude <degrees>')
    .option('--tag <tag...>', 'all tags it has from now on')
    .option('--notes <text>')
    .option('--json', 'one JSON object')
    .action((typed: string, { json, site, tag, latitude, longitude, ...words }: EditOptions) =>
      change(context, typed, json, async (transaction, serial) => {
        const parsed = deviceChangeSchema.safeParse({
          ...words,
          ...(tag && { tags: tag.filter(Boolean) }),
          ...(latitude !== undefined && { latitude: Number(latitude) }),
          ...(longitude !== undefined && { longitude: Number(longitude) }),
          ...(site !== undefined && { siteId: await siteOf(transaction, serial, site) }),
        })
        if (!parsed.success) throw new CommandError('usage', z.prettifyError(parsed.error))
        return editDevice(transaction, systemScope, commandLineActor, serial, parsed.data)
      }),
    )
}

async function siteOf(transaction: Transaction, serial: string, name: string): Promise<number | null> {
  if (name === '') return null
  const device = await findDeviceRecord(transaction, systemScope, serial)
  if (device === undefined) throw new CommandError('notFound', `There is no device ${serial}.`)
  return siteNamed(transaction, device.organisation.id, name)
}

async function targetOf(transaction: Transaction, { organisation, site }: HandoverOptions) {
  const { id } = await ownerNamed(transaction, organisation)
  return { organisationId: id, siteId: site === undefined ? null : await siteNamed(transaction, id, site) }
}

function hasReported({ environment }: CommandContext, typed: string): Promise<boolean> {
  return withRedis(environment, async (redis) => {
    await redis.state.ready()
    return (await cacheOf(redis).get(`sc:status:${serialOf(typed)}`)) !== undefined
  })
}
