import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@stellacontrol/test-servers'
import { expect, test } from 'vitest'
import { ensureSecretKey } from './secret-key.ts'

test('an installation keeps the key it made at its first start, for its own user alone', () => {
  const [one, other] = [temporaryFolder(), temporaryFolder()]
  const key = ensureSecretKey(one)
  expect(key).toMatch(/^[\w-]{43}$/)
  expect(ensureSecretKey(one)).toBe(key)
  expect(ensureSecretKey(other)).not.toBe(key)
  expect(statSync(join(one, 'secret.key')).mode & 0o777).toBe(0o600)
  for (const folder of [one, other]) rmSync(folder, { recursive: true, force: true })
})
