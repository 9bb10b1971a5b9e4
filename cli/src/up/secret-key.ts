import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const keyBytes = 32

/**
 * The key that the installation on a data folder keeps secrets with, made at the first start and readable for this user alone. It is
 * no part of the database, so that a copy of that gives no second factor away. Safe to repeat.
 */
export function ensureSecretKey(dataFolder: string): string {
  const file = join(dataFolder, 'secret.key')
  mkdirSync(dataFolder, { recursive: true, mode: 0o711 })
  try {
    writeFileSync(file, `${randomBytes(keyBytes).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8').trim()
}
