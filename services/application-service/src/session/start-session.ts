import { type Account, findAccountForSignIn, noteSignIn, systemScope, withScope } from '@stellacontrol/database'
import { rightsVersion } from '@stellacontrol/redis'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Application } from '../application.ts'
import { ApiProblem } from '../http/problem.ts'
import { readAccess, recordOf } from './access.ts'
import { cookieNames, setBrowserCookie, setSessionCookie } from './cookies.ts'
import { verifyPassword } from './passwords.ts'
import { hashToken, type OpenSession } from './sessions.ts'

const longestAgent = 200

export interface SignInNotes {
  /** What the person signed in with, if it was a password. */
  password?: string
  /** The same password, hashed with today's parameters. */
  renewedHash?: string | undefined
  /** What the OpenID Connect provider calls the person. */
  externalSubject?: string
}

/**
 * Opens a session for somebody who has proven who they are, under a new token; one that this browser had before ends.
 * @throws ApiProblem `sign-in-refused` if the account was disabled, or its password changed, meanwhile
 */
export async function startSession(
  application: Application,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  account: Account,
  notes: SignInNotes,
): Promise<OpenSession> {
  const { database, directory, sessions, redis, log, keyring, isHttps } = application
  const names = cookieNames(isHttps)
  // Read before the rights: a change in between makes the next request read them again.
  const version = await rightsVersion(redis)
  const access = await withScope(database, systemScope, (queries) => readAccess(queries, account.user))
  const now = Date.now()
  directory.learn(access, version, now)
  const agent = (request.headers['user-agent'] ?? '').slice(0, longestAgent)
  const from = { address: request.ip, agent }
  const { token, session } = await sessions.create({ ...recordOf(access), ...from, rightsVersion: version }, now)
  // After the session is listed: a change of the password either ends it with the others or is seen here.
  if (!(await isStillRight(application, account, notes))) {
    await sessions.end(session.tokenHash)
    throw new ApiProblem('sign-in-refused')
  }
  const before = request.cookies[names.session]
  if (before !== undefined) await sessions.end(hashToken(before))
  setSessionCookie(reply, isHttps, token)
  if (keyring.readBrowser(request.cookies[names.browser], account.user.email) === undefined) {
    setBrowserCookie(reply, isHttps, keyring.markBrowser(account.user.email))
  }
  log.info({ userId: access.user.id, address: request.ip }, 'sign-in.accepted')
  return session
}

/** Notes the sign-in. A hash that another sign-in has renewed meanwhile is still of the same password, and so still right. */
async function isStillRight({ database }: Application, account: Account, notes: SignInNotes): Promise<boolean> {
  const { password, ...noted } = notes
  if (await withScope(database, systemScope, (queries) => noteSignIn(queries, account, noted))) return true
  if (password === undefined) return false
  const { email } = account.user
  const present = await withScope(database, systemScope, (queries) => findAccountForSignIn(queries, { email }))
  if (present === undefined || !(await verifyPassword(present.passwordHash, password))) return false
  return withScope(database, systemScope, (queries) => noteSignIn(queries, present))
}
