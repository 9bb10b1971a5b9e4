import { readFileSync } from 'node:fs'
import {
  commandLineActor,
  type Database,
  type Device,
  findDevice,
  giveCredential,
  listCredentials,
  openDatabase,
  systemScope,
  takeCredential,
  type ValidCredential,
  withTransaction,
} from '@stellacontrol/database'
import { isSerial, MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { acceptDeviceCertificate } from '@stellacontrol/runtime'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { installedEnvironment, withRedis } from '../installation.ts'
import { tableLines } from '../output.ts'

const help = `
Examples:
  $ ./stella devices credentials list HN8AB12CD
  $ ./stella devices credentials add HN8AB12CD
  $ ./stella devices credentials add HN8AB12CD --certificate data/certificates/HN8AB12CD.pem
  $ ./stella devices credentials revoke HN8AB12CD 17

The credential that a device uses stays valid until the new one is used first, 24 hours at most. When a device goes to another
owner, secrets that people of the earlier one were shown end in the same way: give it a new one.
`

/** `stella devices credentials …`: what devices sign in with. */
export function credentialCommands(context: CommandContext): Command {
  return new Command('credentials')
    .description('list, add and revoke what a device signs in with')
    .addHelpText('before', help.trimStart())
    .addCommand(listCommand(context))
    .addCommand(addCommand(context))
    .addCommand(revokeCommand(context))
}

function listCommand(context: CommandContext): Command {
  return new Command('list')
    .description('the valid credentials of a device')
    .argument('<serial>')
    .option('--json', 'one JSON object per credential and line')
    .action(async (serial: string, options: { json?: boolean }) => {
      const { output } = context
      const found = await withDevice(context, serial, (database, { id }) => listCredentials(database, id))
      if (options.json) for (const credential of found) output.data(JSON.stringify(credentialJson(credential)))
      else for (const line of tableLines(tableOf(found))) output.data(line)
    })
}

function addCommand(context: CommandContext): Command {
  return new Command('add')
    .description('give a device a further secret, printed once, or register its certificate')
    .argument('<serial>')
    .option('--certificate <file>', 'PEM file of a certificate that names the device')
    .option('--json', 'one JSON object')
    .action(async (serial: string, options: { certificate?: string; json?: boolean }) => {
      const { output } = context
      const { credential, secret } = await withDevice(context, serial, (database, device) => {
        const given = options.certificate === undefined ? secretWish : certificateIn(options.certificate, device.serial)
        return withTransaction(database, (queries) => giveCredential(queries, commandLineActor, device, given))
      })
      await announce(context, serial)
      if (options.json) return output.data(JSON.stringify({ ...credentialJson(credential), secret }))
      if (secret === null) return output.say(`Certificate ${credential.id} is registered.`)
      output.say(`Credential ${credential.id}. The secret below is shown only now:`)
      output.data(secret)
    })
}

function revokeCommand(context: CommandContext): Command {
  return new Command('revoke')
    .description('revoke a credential; whoever is connected with it is let go at once')
    .argument('<serial>')
    .argument('<id>', 'as "list" shows it')
    .action(async (serial: string, typed: string) => {
      const id = Number(typed)
      if (!Number.isInteger(id)) throw new CommandError('usage', `"${typed}" is not the number of a credential.`)
      const isRevoked = await withDevice(context, serial, (database, device) =>
        withTransaction(database, (queries) => takeCredential(queries, commandLineActor, device, id)),
      )
      if (!isRevoked) throw new CommandError('notFound', `The device has no valid credential ${id}.`)
      await announce(context, serial)
      context.output.say('Revoked.')
    })
}

const secretWish = { kind: 'secret' } as const

function certificateIn(file: string, serial: string) {
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch (error) {
    throw new CommandError('notFound', `${file} cannot be read.`, { cause: error })
  }
  return { kind: 'certificate' as const, ...acceptDeviceCertificate(pem, serial, Date.now()) }
}

async function withDevice<Result>(
  { environment }: CommandContext,
  typed: string,
  work: (database: Database, device: Device) => Promise<Result>,
): Promise<Result> {
  const serial = typed.toUpperCase()
  if (!isSerial(serial)) throw new CommandError('usage', `"${typed}" is not a serial number.`)
  const { DATABASE_URL: url } = installedEnvironment(environment, ['DATABASE_URL'])
  await using database = openDatabase({ url: url ?? '', applicationName: 'cli', maximumConnections: 2 })
  const device = await findDevice(database, systemScope, serial)
  if (device === undefined) throw new CommandError('notFound', `There is no device ${serial}.`)
  return await work(database, device)
}

function announce({ environment }: CommandContext, typed: string): Promise<void> {
  const message = createMessage(MessageType.DeviceAccessChanged, { serialNumber: typed.toUpperCase() })
  return withRedis(environment, () => publishMessage({ message }))
}

function credentialJson(credential: ValidCredential) {
  const { hash, createdAt, expiresAt, lastUsedAt, isSuperseded: _, origin: __, ...rest } = credential
  const moment = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  return {
    ...rest,
    createdAt: moment(createdAt),
    expiresAt: moment(expiresAt),
    lastUsedAt: moment(lastUsedAt),
    fingerprint: rest.kind === 'certificate' ? hash.toString('hex') : null,
  }
}

function tableOf(credentials: readonly ValidCredential[]): string[][] {
  const rows = credentials.map((credential) => {
    const { id, kind, createdAt, expiresAt, lastUsedAt, fingerprint } = credentialJson(credential)
    const moments = [createdAt ?? '-', expiresAt ?? '-', lastUsedAt ?? 'never']
    return [String(id), kind, ...moments, remarkOn(credential), fingerprint ?? '-']
  })
  return [['ID', 'KIND', 'CREATED', 'EXPIRES', 'LAST USED', 'REMARK', 'FINGERPRINT'], ...rows]
}

function remarkOn({ isKnownToEarlierOwner, isClaimOnly }: ValidCredential): string {
  if (isKnownToEarlierOwner) return 'known to the earlier owner'
  return isClaimOnly ? 'for the claim identity only' : '-'
}
