import {
  changePerson,
  commandLineActor,
  createInvitation,
  createPasswordReset,
  createSecret,
  type Database,
  findUserByEmail,
  hashSecret,
  isLastAdministrator,
  isMember,
  listPeople,
  type PersonRow,
  readEveryPage,
  recordAudit,
  systemScope,
  withTransaction,
} from '@stellacontrol/database'
import { newInvitationSchema, roles } from '@stellacontrol/protocol'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { announceRights, publicOrigin, withDatabase } from '../installation.ts'
import { tableLines } from '../output.ts'
import { checked } from './checked.ts'
import { organisationNamed } from './named-organisation.ts'

const minuteMs = 60_000
const invitationLifeMs = 7 * 24 * 60 * minuteMs
const resetLifeMs = 30 * minuteMs

const help = `
Examples:
  $ ./stella users list --json
  $ ./stella users invite ada@example.com --organisation "Harbour Estates" --role operator
  $ ./stella users disable ada@example.com
  $ ./stella users reset-link ada@example.com
`

/** `stella users …`: people and their way in. */
export function userCommands(context: CommandContext): Command {
  return new Command('users')
    .description('list, invite and disable people; links for new passwords')
    .addHelpText('before', help.trimStart())
    .addCommand(listCommand(context))
    .addCommand(inviteCommand(context))
    .addCommand(disableCommand(context))
    .addCommand(resetLinkCommand(context))
}

function listCommand({ environment, output }: CommandContext): Command {
  return new Command('list')
    .description('everybody, with their roles')
    .option('--json', 'one JSON object per person and line')
    .action(async (options: { json?: boolean }) => {
      const people = await withDatabase(environment, (database) =>
        readEveryPage((page) => listPeople(database, systemScope, page)),
      )
      if (options.json) for (const person of people) output.data(JSON.stringify(jsonOf(person)))
      else for (const line of tableLines(tableOf(people))) output.data(line)
      output.say(output.dim(`${people.length} people`))
    })
}

function inviteCommand({ environment, output }: CommandContext): Command {
  return new Command('invite')
    .description('invite somebody; prints the link to hand over, which works once, within 7 days')
    .argument('<email>')
    .requiredOption('--organisation <name>', 'name or number of where to')
    .requiredOption('--role <role>', `one of ${roles.join(', ')}`)
    .option('--json', 'one JSON object')
    .action(async (typed: string, options: { organisation: string; role: string; json?: boolean }) => {
      const token = createSecret()
      const { email } = await withDatabase(environment, (database) => invite(database, typed, options, token))
      const link = `${publicOrigin(environment)}/invitation?token=${token}`
      if (options.json) return output.data(JSON.stringify({ email, link }))
      output.say(`Hand this link over to ${email}. It is shown only now:`)
      output.data(link)
    })
}

function invite(
  database: Database,
  typed: string,
  options: { organisation: string; role: string },
  token: string,
): Promise<{ email: string }> {
  return withTransaction(database, async (queries) => {
    const { id: organisationId, name } = await organisationNamed(queries, options.organisation)
    const { email, role } = checked(newInvitationSchema, { email: typed, organisationId, role: options.role })
    if (await isMember(queries, organisationId, email)) {
      throw new CommandError('failure', `${email} has a role in ${name} already.`)
    }
    const invitation = await createInvitation(queries, {
      ...{ email, organisationId, role, invitedBy: commandLineActor.actor, tokenHash: hashSecret(token) },
      expiresAt: Date.now() + invitationLifeMs,
    })
    await recordAudit(queries, commandLineActor, [
      {
        ...{ organisationId, action: 'user.invited', objectKind: 'invitation', objectId: String(invitation.id) },
        after: { email: invitation.email, role },
      },
    ])
    return { email: invitation.email }
  })
}

function disableCommand({ environment, output }: CommandContext): Command {
  return new Command('disable')
    .description('sign somebody out everywhere and keep them out')
    .argument('<email>')
    .option('--json', 'one JSON object')
    .action(async (typed: string, options: { json?: boolean }) => {
      const person = await withDatabase(environment, (database) => disable(database, typed))
      await announceRights(environment)
      if (options.json) output.data(JSON.stringify({ ...person, disabled: true }))
      else output.say(`${person.email} is out.`)
    })
}

function disable(database: Database, typed: string): Promise<{ id: number; email: string }> {
  const work = withTransaction(database, async (queries) => {
    const { id, email, organisation, disabledAt } = await userOf(queries, typed)
    if (disabledAt === null) {
      await changePerson(queries, id, { disabled: true })
      await recordAudit(queries, commandLineActor, [
        {
          ...{ organisationId: organisation.id, action: 'user.disabled', objectKind: 'user', objectId: String(id) },
          ...{ before: { disabled: false }, after: { disabled: true } },
        },
      ])
    }
    return { id, email }
  })
  return work.catch((error) => {
    if (!isLastAdministrator(error)) throw error
    throw new CommandError('failure', 'The manufacturer keeps at least one administrator.', { cause: error })
  })
}

function resetLinkCommand({ environment, output }: CommandContext): Command {
  return new Command('reset-link')
    .description('print a link that sets a new password, once, within 30 minutes')
    .argument('<email>')
    .option('--json', 'one JSON object')
    .action(async (typed: string, options: { json?: boolean }) => {
      const token = createSecret()
      const email = await withDatabase(environment, (database) =>
        withTransaction(database, async (queries) => {
          const user = await userOf(queries, typed)
          if (user.disabledAt !== null) throw new CommandError('failure', `The account of ${user.email} is disabled.`)
          const expiresAt = Date.now() + resetLifeMs
          await createPasswordReset(queries, { userId: user.id, tokenHash: hashSecret(token), expiresAt })
          await recordAudit(queries, commandLineActor, [
            {
              ...{ organisationId: user.organisation.id, action: 'password.resetLinkMade', objectKind: 'user' },
              objectId: String(user.id),
            },
          ])
          return user.email
        }),
      )
      const link = `${publicOrigin(environment)}/password-reset?token=${token}`
      if (options.json) return output.data(JSON.stringify({ email, link }))
      output.say(`Hand this link over to ${email}. It is shown only now:`)
      output.data(link)
    })
}

async function userOf(queries: Parameters<typeof findUserByEmail>[0], email: string) {
  const found = await findUserByEmail(queries, email)
  if (found === undefined) throw new CommandError('notFound', `Nobody has the address ${email}.`)
  return { ...found.user, disabledAt: found.disabledAt }
}

function jsonOf({ disabledAt, createdAt, lastSignInAt, ...person }: PersonRow): Record<string, unknown> {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  return { ...person, disabled: disabledAt !== null, lastSignInAt: iso(lastSignInAt), createdAt: iso(createdAt) }
}

function tableOf(people: readonly PersonRow[]): string[][] {
  return [
    ['E-MAIL', 'STATE', 'NAME', 'ROLES'],
    ...people.map(({ email, disabledAt, name, memberships }) => [
      ...[email, disabledAt === null ? 'active' : 'disabled', name],
      memberships.map(({ organisation, role }) => `${role} of ${organisation.name}`).join(', '),
    ]),
  ]
}
