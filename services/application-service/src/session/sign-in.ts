import { type Account, findAccountForSignIn, type Scope, systemScope, withScope } from '@stellacontrol/database'
import type { FastifyRequest } from 'fastify'
import type { Application } from '../application.ts'
import { ApiProblem } from '../http/problem.ts'
import { cookieNames } from './cookies.ts'
import { hashPassword, isOutdated, verifyPassword } from './passwords.ts'
import { takeCode } from './second-factor.ts'
import { countAttempt, forgetAttempts } from './sign-in-attempts.ts'

interface Credentials {
  email: string
  password: string
  code?: string | undefined
}

/**
 * Counts the attempt, compares the password, asks for the second factor if there is one. An unknown address takes as long as a wrong
 * password and gets the same answer. `renewedHash` is there if the stored one has other parameters than today's.
 * @throws ApiProblem `sign-in-refused`, `second-factor-required`, `too-many-attempts`
 */
export async function checkCredentials(
  { database, redis, keyring, isHttps, log }: Application,
  request: FastifyRequest,
  { email, password, code }: Credentials,
): Promise<{ account: Account; renewedHash: string | undefined }> {
  const browser = keyring.readBrowser(request.cookies[cookieNames(isHttps).browser], email)
  const attempt = { email, address: request.ip, browser }
  await countAttempt(redis, attempt)
  const account = await withScope(database, systemScope, (queries) => findAccountForSignIn(queries, { email }))
  const isRight = await verifyPassword(account?.passwordHash, password)
  if (account === undefined || !isRight || account.disabledAt !== null) {
    log.warn({ userId: account?.user.id, address: request.ip }, 'sign-in.refused')
    throw new ApiProblem('sign-in-refused')
  }
  if (account.hasSecondFactor && !(await isCodeRight({ database, keyring, scope: systemScope }, account, code))) {
    if (code !== undefined) log.warn({ userId: account.user.id, address: request.ip }, 'sign-in.code-refused')
    throw new ApiProblem('second-factor-required')
  }
  await forgetAttempts(redis, attempt)
  const isStale = account.passwordHash !== null && isOutdated(account.passwordHash)
  return { account, renewedHash: isStale ? await hashPassword(password) : undefined }
}

/** True if the code is right; it is used up then. */
export async function isCodeRight(
  { database, keyring, scope }: Pick<Application, 'database' | 'keyring'> & { scope: Scope },
  account: Account,
  code: string | undefined,
): Promise<boolean> {
  if (code === undefined) return false
  return withScope(database, scope, (queries) => takeCode({ queries, scope, keyring }, account, code, Date.now()))
}
