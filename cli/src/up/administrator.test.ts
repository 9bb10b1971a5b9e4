import { expect, test } from 'vitest'
import { decideAdministrator } from './administrator.ts'

const email = 'admin@stellacontrol.local'
const made = () => 'made-up'

test('the first start makes an administrator with a random password and shows it', () => {
  const facts = { wanted: { email, password: undefined }, existing: [], isPasswordCurrent: false }
  expect(decideAdministrator(facts, made)).toEqual({
    set: { email, password: 'made-up' },
    signIn: { email, password: { kind: 'made', text: 'made-up' } },
  })
})

test('a later start changes nothing and shows the address there is', () => {
  const facts = { wanted: { email, password: undefined }, existing: ['ann@example.org'], isPasswordCurrent: false }
  expect(decideAdministrator(facts, made)).toEqual({
    set: undefined,
    signIn: { email: 'ann@example.org', password: { kind: 'as-before' } },
  })
})

test('a given password is set only when it is not in force already', () => {
  const wanted = { email, password: 'a long secret' }
  const first = decideAdministrator({ wanted, existing: [], isPasswordCurrent: false }, made)
  expect(first.set).toEqual({ email, password: 'a long secret' })
  const later = decideAdministrator({ wanted, existing: [email], isPasswordCurrent: true }, made)
  expect(later).toEqual({ set: undefined, signIn: { email, password: { kind: 'given' } } })
})
