/**
 * Every problem this service answers with: its stable code, HTTP status and meaning. docs/errors.md shows this table. A code
 * is never given another meaning.
 */
export const errorCodes = {
  'request-invalid': {
    status: 400,
    meaning: 'A parameter or the body is not as the API describes it; `detail` names it.',
  },
  'cursor-invalid': { status: 400, meaning: 'The cursor was not made by this list, or for another order.' },
  'metric-unknown': { status: 400, meaning: 'A metric of that name does not exist.' },
  'range-invalid': { status: 400, meaning: '`from` is not before `to`, or the range is longer than what is kept.' },
  'password-too-common': { status: 400, meaning: 'The password is among those that are guessed first.' },
  'code-refused': { status: 400, meaning: 'The code of the second factor is wrong or was used before.' },
  'certificate-refused': {
    status: 400,
    meaning: 'It is no certificate in PEM form, has ended, or does not name the device; `detail` says which.',
  },
  'not-signed-in': { status: 401, meaning: 'There is no session, or it has ended. Sign in.' },
  'sign-in-refused': { status: 401, meaning: 'E-mail address or password is wrong, or the account is disabled.' },
  'second-factor-required': {
    status: 401,
    meaning: 'The password is right; the code of the second factor is missing, wrong or was used before.',
  },
  'openid-refused': {
    status: 401,
    meaning: 'The provider did not confirm who it is, or the sign-in took too long. Begin again.',
  },
  'openid-no-account': {
    status: 403,
    meaning: 'Nobody with the verified e-mail address has an account that is active.',
  },
  'proof-required': {
    status: 403,
    meaning: 'Prove again who you are (`POST /v1/me/proof`): the last proof is older than ten minutes.',
  },
  'proof-refused': { status: 403, meaning: 'Password or code is wrong, or missing although the account has one.' },
  forbidden: { status: 403, meaning: 'The signed-in person may not do this.' },
  'origin-refused': { status: 403, meaning: 'The request came from a page of another origin.' },
  'not-found': { status: 404, meaning: 'Nothing is at this address.' },
  'device-not-found': { status: 404, meaning: 'There is no such device among those the caller may see.' },
  'credential-not-found': { status: 404, meaning: 'The device has no valid credential of this id.' },
  'status-not-found': { status: 404, meaning: 'The device has never reported.' },
  'set-aside-not-found': { status: 404, meaning: 'There is no such set-aside message among those the caller may see.' },
  'session-not-found': { status: 404, meaning: 'The person has no such session.' },
  'method-not-allowed': {
    status: 405,
    meaning: 'The address exists, the method does not; `Allow` lists those that do.',
  },
  'request-timeout': { status: 408, meaning: 'The request did not arrive in time.' },
  'already-replayed': { status: 409, meaning: 'The message went through the queue again before.' },
  'not-replayable': { status: 409, meaning: 'The message names no device, so no partition could take it.' },
  'second-factor-enabled': { status: 409, meaning: 'The account has a second factor already.' },
  'second-factor-not-begun': { status: 409, meaning: 'There is no second factor to confirm, or to remove.' },
  'body-too-large': { status: 413, meaning: 'The body is larger than the API accepts.' },
  'media-type-unsupported': { status: 415, meaning: 'The body is not application/json.' },
  'too-many-attempts': { status: 429, meaning: 'Too many attempts to sign in; `Retry-After` says when to try again.' },
  'too-many-messages': { status: 429, meaning: 'The live connection sends more messages than the API accepts.' },
  'too-many-connections': { status: 429, meaning: 'The person has as many live connections open as the API accepts.' },
  'headers-too-large': { status: 431, meaning: 'The headers are larger than the API accepts.' },
  'internal-error': { status: 500, meaning: 'A fault of the service. It is logged with the id in `X-Request-Id`.' },
  'database-unavailable': { status: 503, meaning: 'PostgreSQL is away: history waits, live state goes on.' },
  'second-factor-unavailable': {
    status: 503,
    meaning: 'The service has no key to keep secrets with, or another one than before (`STELLA_SECRET_KEY`).',
  },
  'openid-unavailable': { status: 503, meaning: 'The OpenID Connect provider cannot be reached.' },
  'live-state-unavailable': { status: 503, meaning: 'Redis is away: live state and sessions cannot be read.' },
  'fleet-not-loaded': {
    status: 503,
    meaning: 'The service has just started and has not read the device registry yet.',
  },
  overloaded: {
    status: 503,
    meaning: 'The service has more work than it can do; `Retry-After` says when to try again.',
  },
} as const satisfies Record<string, { status: number; meaning: string }>

export type ErrorCode = keyof typeof errorCodes
