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
  'model-unknown': { status: 400, meaning: 'There is no such model of device.' },
  'range-invalid': { status: 400, meaning: '`from` is not before `to`, or the range is longer than what is kept.' },
  'code-refused': { status: 400, meaning: 'The code of the second factor is wrong or was used before.' },
  'password-too-common': { status: 400, meaning: 'The password is one that many people use; choose another.' },
  'certificate-refused': {
    status: 400,
    meaning: 'It is no certificate in PEM form, has ended, or does not name the device; `detail` says which.',
  },
  'rule-invalid': {
    status: 400,
    meaning: 'The rule, or what the changes make of it, cannot be; `fields` says which field and why.',
  },
  'not-in-history': {
    status: 400,
    meaning: 'History does not keep what the rule looks at, so it cannot be run over the past; `detail` names it.',
  },
  'backtest-too-long': {
    status: 400,
    meaning: 'The backtest took longer than ten minutes and was ended. Choose fewer devices or a shorter time.',
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
  'status-not-found': { status: 404, meaning: 'The device has never reported to its present owner.' },
  'set-aside-not-found': { status: 404, meaning: 'There is no such set-aside message among those the caller may see.' },
  'session-not-found': { status: 404, meaning: 'The person has no such session.' },
  'organisation-not-found': { status: 404, meaning: 'There is no such organisation among those the caller may see.' },
  'site-not-found': { status: 404, meaning: 'There is no such site among those the caller may see.' },
  'person-not-found': { status: 404, meaning: 'There is no such person among those the caller may see.' },
  'membership-not-found': { status: 404, meaning: 'The person has no role in that organisation.' },
  'invitation-not-found': {
    status: 404,
    meaning: 'There is no such open invitation among those the caller may see.',
  },
  'incident-not-found': { status: 404, meaning: 'There is no such incident among those the caller may see.' },
  'rule-not-found': { status: 404, meaning: 'There is no such rule among those that the caller may see or change.' },
  'window-not-found': {
    status: 404,
    meaning: 'There is no such maintenance window among those the caller may see.',
  },
  'signature-invalid': {
    status: 403,
    meaning: 'The callback is not signed with the token of the gateway for text messages.',
  },
  'link-invalid': { status: 404, meaning: 'The link is wrong, was used or revoked, or has expired. Ask for another.' },
  'method-not-allowed': {
    status: 405,
    meaning: 'The address exists, the method does not; `Allow` lists those that do.',
  },
  'request-timeout': { status: 408, meaning: 'The request did not arrive in time.' },
  'already-replayed': { status: 409, meaning: 'The message went through the queue again before.' },
  'not-replayable': { status: 409, meaning: 'The message names no device, so no partition could take it.' },
  'second-factor-enabled': { status: 409, meaning: 'The account has a second factor already.' },
  'second-factor-not-begun': { status: 409, meaning: 'There is no second factor to confirm, or to remove.' },
  'name-taken': { status: 409, meaning: 'Another one in the same place has this name.' },
  'organisation-misplaced': { status: 409, meaning: 'An organisation of this kind cannot be below that one.' },
  'site-in-use': { status: 409, meaning: 'Devices stand at the site; move them first.' },
  'already-member': { status: 409, meaning: 'The person has a role in the organisation already; change it there.' },
  'own-account': { status: 409, meaning: 'Nobody changes their own role or disables their own account.' },
  'home-membership': {
    status: 409,
    meaning: 'The account belongs to this organisation; it can be disabled, but not taken out.',
  },
  'last-administrator': { status: 409, meaning: 'The manufacturer keeps at least one administrator.' },
  'incident-over': { status: 409, meaning: 'The incident has been cleared: nothing can be done to it any more.' },
  'serial-taken': { status: 409, meaning: 'There is a device of this serial already.' },
  'state-change-refused': {
    status: 409,
    meaning: 'A device in its present state cannot become that, or be claimed; `detail` names the state.',
  },
  'claim-refused': {
    status: 409,
    meaning: 'The device cannot be claimed with this code, for whatever reason. Ask for a new code.',
  },
  'backtest-running': {
    status: 409,
    meaning: 'The person has a backtest running already: one at a time. Wait for its end, or end it.',
  },
  'body-too-large': { status: 413, meaning: 'The body is larger than the API accepts.' },
  'media-type-unsupported': { status: 415, meaning: 'The body is not of the type that the route takes.' },
  'too-many-attempts': { status: 429, meaning: 'Too many attempts; `Retry-After` says when to try again.' },
  'too-many-links': {
    status: 429,
    meaning: 'Too many links were asked for or tried; `Retry-After` says when to try again.',
  },
  'too-many-messages': { status: 429, meaning: 'The live connection sends more messages than the API accepts.' },
  'too-many-connections': { status: 429, meaning: 'The person has as many live connections open as the API accepts.' },
  'too-many-backtests': {
    status: 429,
    meaning: 'The service runs as many backtests as it takes at a time; `Retry-After` says when to try again.',
  },
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
