import { randomBytes } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import { createUser, type Database, defaultManufacturer, ensureOrganisation } from '@stellacontrol/database'

export interface Person {
  email: string
  password: string
}

/** Makes a user who may sign in; of the manufacturer unless told otherwise, so that they see every device. */
export async function addPerson(
  database: Database,
  options: { organisation?: string; role?: 'viewer' | 'operator' | 'installer' | 'administrator' } = {},
): Promise<Person> {
  const { organisation, role = 'operator' } = options
  const root = await ensureOrganisation(database, { name: defaultManufacturer, kind: 'manufacturer', parentId: null })
  const own =
    organisation === undefined
      ? root
      : await ensureOrganisation(database, { name: organisation, kind: 'customer', parentId: root.id })
  const organisationId = own.id
  const person = {
    email: `${randomBytes(6).toString('hex')}@example.com`,
    password: randomBytes(12).toString('base64url'),
  }
  const passwordHash = await hash(person.password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
  await createUser(database, { organisationId, email: person.email, name: 'Test operator', role, passwordHash })
  return person
}

/** Signs in at the application service. Returns the cookie header. */
export async function signIn(httpUrl: string, person: Person): Promise<string> {
  const response = await fetch(`${httpUrl}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: httpUrl },
    body: JSON.stringify(person),
  })
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`)
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}
