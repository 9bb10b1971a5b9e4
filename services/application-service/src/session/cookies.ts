import type { FastifyReply } from 'fastify'
import { sessionAbsoluteMs } from './sessions.ts'

/** The longest that browsers keep a cookie. */
const browserMarkMs = 400 * 86_400_000

/** By https the prefix makes browsers refuse cookies of these names that another host or a page without TLS would set. */
export function cookieNames(isHttps: boolean) {
  const prefix = isHttps ? '__Host-' : ''
  return {
    /** The token of the session. */
    session: `${prefix}stella_session`,
    /** The mark of a browser that has signed in before. */
    browser: `${prefix}stella_browser`,
    /** The state of a sign-in that is on its way through the OpenID Connect provider. */
    openId: `${prefix}stella_openid`,
  }
}

/** What every cookie of ours has: scripts cannot read it, and other sites' requests do not carry it unless they navigate here. */
function attributes(isHttps: boolean) {
  return { path: '/', httpOnly: true, sameSite: 'lax' as const, secure: isHttps }
}

export function setSessionCookie(reply: FastifyReply, isHttps: boolean, token: string): void {
  const options = { ...attributes(isHttps), maxAge: sessionAbsoluteMs / 1000 }
  void reply.setCookie(cookieNames(isHttps).session, token, options)
}

export function clearSessionCookie(reply: FastifyReply, isHttps: boolean): void {
  void reply.clearCookie(cookieNames(isHttps).session, attributes(isHttps))
}

export function setBrowserCookie(reply: FastifyReply, isHttps: boolean, mark: string): void {
  const options = { ...attributes(isHttps), maxAge: browserMarkMs / 1000 }
  void reply.setCookie(cookieNames(isHttps).browser, mark, options)
}

export function setOpenIdCookie(reply: FastifyReply, isHttps: boolean, state: string, lifeMs: number): void {
  void reply.setCookie(cookieNames(isHttps).openId, state, { ...attributes(isHttps), maxAge: lifeMs / 1000 })
}

export function clearOpenIdCookie(reply: FastifyReply, isHttps: boolean): void {
  void reply.clearCookie(cookieNames(isHttps).openId, attributes(isHttps))
}
