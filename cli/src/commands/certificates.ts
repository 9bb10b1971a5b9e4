import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSerial } from '@stellacontrol/protocol'
import type { IssuedCertificate } from '@stellacontrol/test-servers/certificates'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { dataFolderFor } from '../installation.ts'
import { tableLines } from '../output.ts'

const help = `
Examples:
  $ ./stella certificates init
  $ ./stella certificates server --name stella.example --address 192.0.2.7
  $ ./stella certificates device HN8AB12CD
  $ ./stella certificates revoke HN8AB12CD
  $ ./stella certificates revoke                         makes the list anew, as is due before it ends
  $ ./stella certificates show

An authority for development: its key lies in the data folder. Then, for TLS:
  STELLA_MQTT_TLS_CERT=data/certificates/server.pem  STELLA_MQTT_TLS_KEY=data/certificates/server.key
  STELLA_MQTT_CLIENT_CA=data/certificates/authority.pem   for devices that sign in with a certificate
  STELLA_MQTT_CLIENT_CRL=data/certificates/revoked.crl    the revocation list, if there is one
  STELLA_HTTP_TLS_CERT, STELLA_HTTP_TLS_KEY               for the page and the API
`
const authorityDays = 3_650
const serverDays = 397
const deviceDays = 1_825
const listDays = 30

/** `stella certificates …`: a certificate authority for development, in the data folder. */
export function certificateCommands(context: CommandContext): Command {
  return new Command('certificates')
    .description('make an authority for development, and certificates of servers and devices')
    .addHelpText('before', help.trimStart())
    .addCommand(initCommand(context))
    .addCommand(serverCommand(context))
    .addCommand(deviceCommand(context))
    .addCommand(revokeCommand(context))
    .addCommand(showCommand(context))
}

function initCommand(context: CommandContext): Command {
  return new Command('init')
    .description('make the authority')
    .option('--force', 'make a new one: what the old one vouched for is worth nothing then')
    .action(async (options: { force?: boolean }) => {
      const { createAuthority } = await import('@stellacontrol/test-servers/certificates')
      const made = await createAuthority({ commonName: 'StellaControl development', days: authorityDays })
      keep(context, 'authority', made, options.force)
    })
}

function serverCommand(context: CommandContext): Command {
  return new Command('server')
    .description("make the servers' certificate, for localhost and the names and addresses given")
    .option('--name <names...>', 'further DNS names')
    .option('--address <addresses...>', 'further IP addresses')
    .option('--force', 'replace the one there is; running services take it up by themselves')
    .action(async (options: { name?: string[]; address?: string[]; force?: boolean }) => {
      const { issueCertificate } = await import('@stellacontrol/test-servers/certificates')
      const names = [...(options.name ?? []), 'localhost']
      const made = await issueCertificate(authorityOf(context), {
        commonName: names[0] ?? 'localhost',
        use: 'server',
        dnsNames: names,
        addresses: ['127.0.0.1', '::1', ...(options.address ?? [])],
        days: serverDays,
      })
      keep(context, 'server', made, options.force)
    })
}

function deviceCommand(context: CommandContext): Command {
  return new Command('device')
    .description('make the certificate of a device; register it with "devices credentials add"')
    .argument('<serial>')
    .option('--force', 'replace the one there is')
    .action(async (typed: string, options: { force?: boolean }) => {
      const serial = typed.toUpperCase()
      if (!isSerial(serial)) throw new CommandError('usage', `"${typed}" is not a serial number.`)
      const { issueCertificate } = await import('@stellacontrol/test-servers/certificates')
      const uris = [`urn:stellacontrol:device:${serial}`]
      const wish = { commonName: serial, use: 'device', uris, days: deviceDays } as const
      const file = keep(context, serial, await issueCertificate(authorityOf(context), wish), options.force)
      context.output.say(`Register it: ./stella devices credentials add ${serial} --certificate ${file}`)
    })
}

function revokeCommand(context: CommandContext): Command {
  return new Command('revoke')
    .description('put certificates into the revocation list, or only make the list anew; running services take it up')
    .argument('[serials...]')
    .option(
      '--days <number>',
      'when the next list is due: from then on the old one refuses everybody',
      Number,
      listDays,
    )
    .action(async (typed: string[], { days }: { days: number }) => {
      if (!(days > 0)) throw new CommandError('usage', '--days: expected a number above 0.')
      const { createRevocationList } = await import('@stellacontrol/test-servers/revocation-list')
      const file = join(folderOf(context), 'revoked.crl')
      const certificates = typed.map((serial) => certificateOf(context, serial.toUpperCase()))
      const previous = existsSync(file) ? readFileSync(file, 'utf8') : undefined
      const list = await createRevocationList(authorityOf(context), { certificates, previous, days })
      // In one step: a service that reads in between finds the old one.
      writeFileSync(`${file}.new`, list, { mode: 0o600 })
      renameSync(`${file}.new`, file)
      context.output.data(file)
    })
}

function certificateOf(context: CommandContext, serial: string): string {
  const file = join(folderOf(context), `${serial}.pem`)
  if (!isSerial(serial) || !existsSync(file)) throw new CommandError('notFound', `There is no certificate ${file}.`)
  return readFileSync(file, 'utf8')
}

function showCommand(context: CommandContext): Command {
  return new Command('show')
    .description('the certificates in the data folder')
    .option('--json', 'one JSON object per certificate and line')
    .action((options: { json?: boolean }) => {
      const folder = folderOf(context)
      const listed = filesIn(folder).map((file) => {
        const { subject, subjectAltName, validTo } = new X509Certificate(readFileSync(join(folder, file)))
        const names = [subject.replace('CN=', ''), subjectAltName ?? ''].filter((name) => name !== '').join(', ')
        return { file: join(folder, file), names, endsAt: new Date(validTo).toISOString() }
      })
      if (options.json) for (const one of listed) context.output.data(JSON.stringify(one))
      else {
        const rows = listed.map(({ file, endsAt, names }) => [file, endsAt, names])
        for (const line of tableLines([['FILE', 'ENDS', 'NAMES'], ...rows])) context.output.data(line)
      }
    })
}

const folderOf = ({ environment }: CommandContext) => join(dataFolderFor(environment), 'certificates')

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.pem'))
  } catch {
    throw new CommandError('notFound', `There are no certificates in ${folder}: make an authority with "init".`)
  }
}

function authorityOf(context: CommandContext): IssuedCertificate {
  const base = join(folderOf(context), 'authority')
  try {
    return { certificate: readFileSync(`${base}.pem`, 'utf8'), key: readFileSync(`${base}.key`, 'utf8') }
  } catch (error) {
    const message = `There is no authority at ${base}.pem: make it with "./stella certificates init".`
    throw new CommandError('notFound', message, { cause: error })
  }
}

/** Writes both files, for the owner's eyes only, the key first: a service that watches them never pairs them wrongly for long. */
function keep(context: CommandContext, name: string, { certificate, key }: IssuedCertificate, force = false): string {
  const folder = folderOf(context)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `${name}.pem`)
  try {
    writeFileSync(join(folder, `${name}.key`), key, { mode: 0o600, flag: force ? 'w' : 'wx' })
    writeFileSync(file, certificate, { mode: 0o600, flag: force ? 'w' : 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new CommandError('failure', `${file} exists: --force replaces it.`, { cause: error })
  }
  context.output.data(file)
  return file
}
