import { expect, test } from 'vitest'
import { Keyring } from './keyring.ts'
import { newRecoveryCodes, newTotpSecret, stepOf } from './second-factor.ts'

const secretKey = 'a key for tests, thirty-two characters and more'
/** The secret and, to six digits, the codes of RFC 6238, appendix B. */
const secret = Buffer.from('12345678901234567890')
const vectors = [
  { at: 59, code: '287082' },
  { at: 1_111_111_109, code: '081804' },
  { at: 2_000_000_000, code: '279037' },
] as const

test('codes are those of RFC 6238', () => {
  for (const { at, code } of vectors) expect(stepOf(secret, code, at * 1000)).toBe(Math.floor(at / 30))
})

test('a code is right one step early or late, and no more', () => {
  const [, { at, code }] = vectors
  const isRight = (seconds: number) => stepOf(secret, code, (at + seconds) * 1000) === Math.floor(at / 30)
  expect([-30, 30].map(isRight)).toEqual([true, true])
  expect([-90, 90].map(isRight)).toEqual([false, false])
  expect(stepOf(secret, '28708', 59_000)).toBeUndefined()
})

test('a secret has 160 bits and an address that authenticators read', () => {
  const made = newTotpSecret('ada@example.org')
  expect(made.secret).toHaveLength(20)
  expect(made.uri).toMatch(/^otpauth:\/\/totp\/StellaControl:ada%40example\.org\?/)
  expect(new URL(made.uri).searchParams.get('secret')).toBe(made.base32)
  expect(newTotpSecret('ada@example.org').base32).not.toBe(made.base32)
})

test('ten recovery codes, none twice, are easy to type', () => {
  const { codes, hashes } = newRecoveryCodes()
  expect(new Set(codes).size).toBe(10)
  for (const code of codes) expect(code).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/)
  expect(hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true)
})

test('a sealed secret opens with its key, for its owner, and unchanged only', () => {
  const keyring = new Keyring(secretKey)
  const sealed = keyring.seal(secret, 'user 1')
  expect(keyring.open(sealed, 'user 1')).toEqual(secret)
  expect(sealed.includes(secret)).toBe(false)
  expect(() => keyring.open(sealed, 'user 2')).toThrow(expect.objectContaining({ code: 'second-factor-unavailable' }))
  expect(() => new Keyring(`${secretKey}.`).open(sealed, 'user 1')).toThrow()
  const bent = Buffer.from(sealed)
  bent[bent.length - 1] = (bent.at(-1) as number) ^ 1
  expect(() => keyring.open(bent, 'user 1')).toThrow()
  expect(() => keyring.open(sealed.subarray(0, 5), 'user 1')).toThrow()
})

test('the mark of a browser is good for one account, and cannot be made without the key', () => {
  const keyring = new Keyring(secretKey)
  const mark = keyring.markBrowser('Ada@example.org')
  expect(keyring.readBrowser(mark, 'ada@example.org')).toBe(mark.split('.')[0])
  expect(keyring.readBrowser(mark, 'bob@example.org')).toBeUndefined()
  expect(new Keyring(undefined).readBrowser(mark, 'ada@example.org')).toBeUndefined()
  for (const wrong of [undefined, '', '.', 'a.b', `${mark}x`]) {
    expect(keyring.readBrowser(wrong, 'ada@example.org')).toBeUndefined()
  }
})
