import { expect, test } from 'vitest'
import { hashNewPassword } from './new-passwords.ts'
import { verifyPassword } from './passwords.ts'

test.each([
  ...[
    'password1234',
    'Password2026!!',
    'PASSWORDpassword',
    'aaaaaaaaaaaa',
    '123123123123',
    'qwertyuiop[]',
    'iloveyou12345',
  ],
])('"%s" is refused as commonly used', async (text) => {
  await expect(hashNewPassword(text)).rejects.toMatchObject({ code: 'password-too-common' })
})

test.each(['short', '👩‍👩‍👧👩‍👩‍👧', 'x y'.repeat(86)])('"%s" is too short or too long', async (text) => {
  await expect(hashNewPassword(text)).rejects.toMatchObject({ code: 'request-invalid' })
})

test('a long password counts to its last character, and in whichever form it is typed', async () => {
  const text = `${'Ångström and naïve words '.repeat(10)}é`.slice(0, 250)
  const hash = await hashNewPassword(text)
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await verifyPassword(hash, text.normalize('NFD'))).toBe(true)
  expect(await verifyPassword(hash, text.slice(0, -1))).toBe(false)
})
