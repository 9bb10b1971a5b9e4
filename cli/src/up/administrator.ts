import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import {
  type Database,
  defaultManufacturer,
  ensureOrganisation,
  ensureUser,
  findUserByEmail,
  listUsers,
  systemScope,
} from '@stellacontrol/database'
import type { UpConfiguration } from './configuration.ts'
import type { SignIn } from './screen.ts'

/** argon2id as OWASP asks for it: 19 MiB, two passes, one lane. */
const argon2id = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const passwordBytes = 12

/** What is known before an administrator is made. */
export interface AdministratorFacts {
  wanted: UpConfiguration['administrator']
  /** The addresses of the administrators there are. */
  existing: readonly string[]
  /** Whether the wanted address has the wanted password already. */
  isPasswordCurrent: boolean
}

/** What to do about the administrator's account, and what the screen says of it. Pure; `makePassword` is called when one is needed. */
export function decideAdministrator(
  { wanted, existing, isPasswordCurrent }: AdministratorFacts,
  makePassword: () => string,
): { set: { email: string; password: string } | undefined; signIn: SignIn } {
  const { email, password } = wanted
  if (password !== undefined) {
    const set = isPasswordCurrent ? undefined : { email, password }
    return { set, signIn: { email, password: { kind: 'given' } } }
  }
  const [first] = existing
  if (first !== undefined) {
    return {
      set: undefined,
      signIn: { email: existing.includes(email) ? email : first, password: { kind: 'as-before' } },
    }
  }
  const made = makePassword()
  return { set: { email, password: made }, signIn: { email, password: { kind: 'made', text: made } } }
}

/**
 * Sees to it that somebody can sign in: makes the administrator at the first start, with a random password unless one is
 * given, and gives a known administrator the password of STELLA_ADMIN_PASSWORD if it is another. Safe to repeat.
 */
export async function ensureAdministrator(
  database: Database,
  wanted: UpConfiguration['administrator'],
): Promise<SignIn> {
  const users = await listUsers(database, systemScope)
  const existing = users.filter(({ role }) => role === 'administrator').map(({ email }) => email)
  const isPasswordCurrent = await hasPassword(database, wanted)
  const makePassword = () => randomBytes(passwordBytes).toString('base64url')
  const { set, signIn } = decideAdministrator({ wanted, existing, isPasswordCurrent }, makePassword)
  if (set !== undefined) await setAdministrator(database, set)
  return signIn
}

async function hasPassword(
  database: Database,
  { email, password }: UpConfiguration['administrator'],
): Promise<boolean> {
  const known = password === undefined ? undefined : await findUserByEmail(database, email)
  if (known === undefined || known.passwordHash === null || password === undefined) return false
  return verify(known.passwordHash, password.normalize('NFKC'))
}

async function setAdministrator(
  database: Database,
  { email, password }: { email: string; password: string },
): Promise<void> {
  const top = await ensureOrganisation(database, { parentId: null, kind: 'manufacturer', name: defaultManufacturer })
  await ensureUser(database, {
    organisationId: top.id,
    email,
    name: 'Administrator',
    role: 'administrator',
    passwordHash: await hash(password.normalize('NFKC'), argon2id),
  })
}
