import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Account,
  beginSecondFactor,
  changeOwnName,
  confirmSecondFactor,
  findAccount,
  findAccountForSignIn,
  noteSignIn,
  removeSecondFactor,
  setPassword,
  takeRecoveryCode,
  takeTotpStep,
} from './accounts.ts'
import type { Database, Queries } from './database.ts'
import { createOrganisation } from './organisations.ts'
import { type Scope, scopeOfOrganisation, systemScope, withScope } from './scope.ts'
import { startTestDatabase, type TestDatabase } from './testing/test-database.ts'
import { createUser } from './users.ts'

let server: TestDatabase
let api: Database
let ofHotel: Scope
let ada: number
let bob: number

beforeAll(async () => {
  server = await startTestDatabase()
  api = server.openApi()
  const { database } = server
  const maker = await createOrganisation(database, { parentId: null, kind: 'manufacturer', name: 'Maker' })
  const makeUser = async (name: string) => {
    const customer = await createOrganisation(database, { parentId: maker.id, kind: 'customer', name })
    const person = { email: `${name}@example.com`, name, role: 'viewer' as const, passwordHash: 'first' }
    const { id } = await createUser(database, { organisationId: customer.id, ...person })
    return { id, scope: await scopeOfOrganisation(database, customer.id) }
  }
  const [hotel, ship] = [await makeUser('Hotel'), await makeUser('Ship')]
  ;[ada, bob, ofHotel] = [hotel.id, ship.id, hotel.scope]
})
afterAll(() => server.stop())

const secret = Buffer.from('sealed')
const changes: Record<string, (queries: Queries, scope: Scope, id: number) => Promise<boolean>> = {
  changeOwnName: (queries, scope, id) => changeOwnName(queries, scope, id, 'Eve'),
  setPassword: (queries, scope, id) => setPassword(queries, scope, id, 'eve'),
  beginSecondFactor: (queries, scope, id) => beginSecondFactor(queries, scope, id, secret),
  confirmSecondFactor: (queries, scope, id) =>
    confirmSecondFactor(queries, scope, id, { step: 5, recoveryCodeHashes: ['one', 'two'] }),
  takeTotpStep: (queries, scope, id) => takeTotpStep(queries, scope, id, 6),
  takeRecoveryCode: (queries, scope, id) => takeRecoveryCode(queries, scope, id, 'one'),
  removeSecondFactor,
}

async function accountOf(email: string): Promise<Account> {
  const account = await withScope(api, systemScope, (queries) => findAccountForSignIn(queries, { email }))
  if (account === undefined) throw new Error(`nobody has ${email}`)
  return account
}

test('how others prove who they are cannot be read or changed, also where a filter was forgotten', async () => {
  const before = await accountOf('ship@example.com')
  for (const scope of [ofHotel, systemScope]) {
    await withScope(api, ofHotel, async (queries) => {
      for (const [name, change] of Object.entries(changes)) expect(await change(queries, scope, bob), name).toBe(false)
      expect(await findAccount(queries, scope, bob)).toBeUndefined()
    })
  }
  expect(await accountOf('ship@example.com')).toEqual(before)
  await withScope(api, ofHotel, async (queries) => {
    for (const [name, change] of Object.entries(changes)) expect(await change(queries, ofHotel, ada), name).toBe(true)
  })
})

test('a time step is good once, an earlier one never, and a recovery code once', async () => {
  await withScope(api, ofHotel, async (queries) => {
    await beginSecondFactor(queries, ofHotel, ada, secret)
    await confirmSecondFactor(queries, ofHotel, ada, { step: 10, recoveryCodeHashes: ['one', 'two'] })
    const take = (step: number) => takeTotpStep(queries, ofHotel, ada, step)
    expect([await take(10), await take(9), await take(11), await take(11)]).toEqual([false, false, true, false])
    const spend = (hash: string) => takeRecoveryCode(queries, ofHotel, ada, hash)
    expect([await spend('one'), await spend('one'), await spend('three')]).toEqual([true, false, false])
    expect(await findAccount(queries, ofHotel, ada)).toMatchObject({ hasSecondFactor: true, recoveryCodesLeft: 1 })
    expect(await beginSecondFactor(queries, ofHotel, ada, Buffer.from('another'))).toBe(false)
  })
})

test('a sign-in does not count if the password was changed, or the account disabled, after it was read', async () => {
  const note = (account: Account) => withScope(api, systemScope, (queries) => noteSignIn(queries, account))
  const account = await accountOf('SHIP@example.com')
  expect(await note(account)).toBe(true)
  await setPassword(server.database, systemScope, bob, 'second')
  expect(await note(account)).toBe(false)
  const present = await accountOf('ship@example.com')
  await server.database.execute('update app_user set disabled_at = now() where id = $1', [bob])
  expect(await note(present)).toBe(false)
})
