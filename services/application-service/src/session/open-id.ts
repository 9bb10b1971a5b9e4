import * as client from 'openid-client'
import { ApiProblem } from '../http/problem.ts'

const timeOutSeconds = 10

export interface OpenIdOptions {
  issuer: string
  clientId: string
  clientSecret: string
  /** What the button says. */
  name: string
}

/** What has to be remembered of a sign-in until the provider sends the person back. */
export interface PendingSignIn {
  codeVerifier: string
  nonce: string
  redirectUri: string
  /** Where on this page the person was going; a path of ours. */
  next: string
}

/** Whom the provider says it is. */
export interface Identity {
  /** `<issuer> <subject>`. */
  subject: string
  /** Undefined unless the provider has verified it. */
  verifiedEmail: string | undefined
}

/**
 * One OpenID Connect provider: authorization code with PKCE, state and nonce; issuer, audience, signature and times of the ID
 * token are checked by openid-client. It is asked for its addresses when it is first needed.
 */
export class OpenIdProvider {
  readonly name: string
  private readonly options: OpenIdOptions
  private discovering: Promise<client.Configuration> | undefined

  constructor(options: OpenIdOptions) {
    this.options = options
    this.name = options.name
  }

  /** Where to send the browser. @throws ApiProblem `openid-unavailable` */
  async begin(redirectUri: string, next: string): Promise<{ url: URL; state: string; pending: PendingSignIn }> {
    const configuration = await this.discover()
    const codeVerifier = client.randomPKCECodeVerifier()
    const [state, nonce] = [client.randomState(), client.randomNonce()]
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: 'openid email profile',
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    return { url, state, pending: { codeVerifier, nonce, redirectUri, next } }
  }

  /** Whom the provider has sent back. @throws ApiProblem `openid-refused`, `openid-unavailable` */
  async finish(search: string, state: string, pending: PendingSignIn): Promise<Identity> {
    const configuration = await this.discover()
    const current = new URL(pending.redirectUri)
    current.search = search
    try {
      const tokens = await client.authorizationCodeGrant(configuration, current, {
        pkceCodeVerifier: pending.codeVerifier,
        expectedState: state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (claims === undefined) throw new Error('no ID token')
      const person =
        claims.email === undefined
          ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : { email: claims.email, email_verified: claims.email_verified }
      const isVerified = person.email_verified === true && typeof person.email === 'string'
      return {
        subject: `${claims.iss} ${claims.sub}`,
        verifiedEmail: isVerified ? String(person.email) : undefined,
      }
    } catch (error) {
      throw new ApiProblem(isOutOfReach(error) ? 'openid-unavailable' : 'openid-refused', undefined, { cause: error })
    }
  }

  private async discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.options
    const url = new URL(issuer)
    // The configuration lets plain http pass for this machine alone.
    const execute = url.protocol === 'http:' ? [client.allowInsecureRequests] : []
    this.discovering ??= client.discovery(url, clientId, clientSecret, undefined, { execute, timeout: timeOutSeconds })
    try {
      return await this.discovering
    } catch (error) {
      this.discovering = undefined
      throw new ApiProblem('openid-unavailable', undefined, { cause: error })
    }
  }
}

/** `fetch` rejects with a TypeError when nothing answers; what the library refuses has errors of its own. */
function isOutOfReach(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')
}
