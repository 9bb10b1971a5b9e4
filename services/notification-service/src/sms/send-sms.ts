import { messageOf } from '@stellacontrol/runtime'

const answerTimeoutMs = 10_000
/** More of an answer is not read. */
const mostAnswerCharacters = 300

export interface SmsGateway {
  url: string
  /** `user:password`. */
  credentials: string | undefined
  from: string
}

/** `unclear`: the gateway may have taken it, and sending it again may send it twice. */
export type SmsOutcome =
  | { kind: 'sent' }
  | { kind: 'later'; failure: string; afterMs: number | undefined }
  | { kind: 'unclear'; failure: string }
  | { kind: 'refused'; failure: string }

/** Hands a text message to a gateway of Twilio's shape. Never throws. */
export async function sendSms(
  { url, credentials, from }: SmsGateway,
  { to, body, statusUrl }: { to: string; body: string; statusUrl?: string | undefined },
  timeoutMs = answerTimeoutMs,
): Promise<SmsOutcome> {
  const headers: Record<string, string> =
    credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
  try {
    const response = await fetch(url, {
      ...{ method: 'POST', headers, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) },
      body: new URLSearchParams({
        ...{ To: to, From: from, Body: body },
        ...(statusUrl === undefined ? {} : { StatusCallback: statusUrl }),
      }),
    })
    return smsOutcomeOf(response.status, response.headers.get('retry-after'), await response.text())
  } catch (error) {
    return failureOf(error)
  }
}

/** What an answer means. Pure. */
export function smsOutcomeOf(status: number, retryAfter: string | null, body: string): SmsOutcome {
  if (status >= 200 && status < 300) return { kind: 'sent' }
  const failure = `${status} ${body.slice(0, mostAnswerCharacters)}`.trim()
  if (status === 429 || status === 503) return { kind: 'later', failure, afterMs: secondsOf(retryAfter) }
  if (status >= 500) return { kind: 'unclear', failure }
  // Our own sign-in may be put right; a number that is wrong stays wrong.
  if (status === 401 || status === 403) return { kind: 'later', failure, afterMs: undefined }
  return { kind: 'refused', failure }
}

function secondsOf(retryAfter: string | null): number | undefined {
  return retryAfter !== null && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined
}

/** A connection that was never made took nothing. */
function failureOf(error: unknown): SmsOutcome {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const failure = messageOf(cause).slice(0, mostAnswerCharacters)
  const neverSent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']
  return neverSent.includes(code) ? { kind: 'later', failure, afterMs: undefined } : { kind: 'unclear', failure }
}
