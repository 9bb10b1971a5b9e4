import { fileURLToPath } from 'node:url'
import { mailConfiguration } from '@stellacontrol/mail'
import { redisConfiguration } from '@stellacontrol/redis'
import { type CertificateFiles, CodedError, port, type readConfiguration, urlOf } from '@stellacontrol/runtime'
import { z } from 'zod'
import type { OpenIdOptions } from './session/open-id.ts'

/** Where the workspace builds the page, seen from this package's `src` and `dist` alike. */
const builtDashboard = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url))

/** The variables of this service. */
export const applicationConfiguration = {
  ...redisConfiguration,
  /** `https` in `STELLA_PUBLIC_URL` makes the cookie `Secure` and switches HSTS on. */
  ...mailConfiguration,
  /** The owner's: brings the schema up to date at the start, and serves nobody. */
  DATABASE_URL: urlOf('postgres', 'postgresql').optional(),
  /** The role that serves people, under row-level security. Without it the owner's, which then changes its role. */
  DATABASE_API_URL: urlOf('postgres', 'postgresql').optional(),
  STELLA_HTTP_PORT: port.default(8080),
  /** All interfaces: the page is for the machine's whole network. `127.0.0.1` keeps it to this machine. */
  STELLA_HTTP_HOST: z.string().min(1).default('0.0.0.0'),
  /** PEM files; with them the page and the API are served over https. */
  STELLA_HTTP_TLS_CERT: z.string().optional(),
  STELLA_HTTP_TLS_KEY: z.string().optional(),
  STELLA_DASHBOARD_DIR: z.string().min(1).default(builtDashboard),
  /** The gateway for text messages, as the notification service has it: its token signs what it says became of them. */
  STELLA_SMS_URL: urlOf('http', 'https').optional(),
  /** Keeps the secrets of second factors, which are encrypted with it, and marks known browsers. */
  STELLA_SECRET_KEY: z.string().min(32).optional(),
  /** Signing in by an OpenID Connect provider: all three or none. */
  STELLA_OIDC_ISSUER: urlOf('http', 'https').refine(isSafeIssuer, 'expected https, or http on this machine').optional(),
  STELLA_OIDC_CLIENT_ID: z.string().min(1).optional(),
  STELLA_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** What the button says: "Sign in with …". */
  STELLA_OIDC_NAME: z.string().min(1).max(60).default('single sign-on'),
  /** Whoever asks for `/metrics` from another machine must send it as bearer token. */
  STELLA_METRICS_TOKEN: z.string().min(16).optional(),
}

/** The provider's answers carry who people are: without TLS only on this machine. */
function isSafeIssuer(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer)
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}

/** @throws CodedError `configuration-invalid` if only a part of it is there */
export function openIdOptions(configuration: {
  STELLA_OIDC_ISSUER?: string | undefined
  STELLA_OIDC_CLIENT_ID?: string | undefined
  STELLA_OIDC_CLIENT_SECRET?: string | undefined
  STELLA_OIDC_NAME: string
}): OpenIdOptions | undefined {
  const {
    STELLA_OIDC_ISSUER: issuer,
    STELLA_OIDC_CLIENT_ID: clientId,
    STELLA_OIDC_CLIENT_SECRET: clientSecret,
    STELLA_OIDC_NAME: name,
  } = configuration
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    const names = 'STELLA_OIDC_ISSUER, STELLA_OIDC_CLIENT_ID and STELLA_OIDC_CLIENT_SECRET'
    throw new CodedError('configuration-invalid', `${names} are set together or not at all`)
  }
  return { issuer, clientId, clientSecret, name }
}

type ApplicationConfiguration = ReturnType<typeof readConfiguration<typeof applicationConfiguration>>

/** The files of the server's TLS; undefined = none. @throws CodedError `configuration-invalid` for half of a pair */
export function tlsFilesOf(configuration: ApplicationConfiguration): CertificateFiles | undefined {
  const { STELLA_HTTP_TLS_CERT: certificate, STELLA_HTTP_TLS_KEY: key } = configuration
  if (certificate !== undefined && key !== undefined) return { certificate, key }
  if (certificate === undefined && key === undefined) return undefined
  throw new CodedError('configuration-invalid', 'set both STELLA_HTTP_TLS_CERT and STELLA_HTTP_TLS_KEY')
}
