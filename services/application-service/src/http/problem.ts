import { isUnavailable } from '@stellacontrol/database'
import type { Problem } from '@stellacontrol/protocol'
import { isRedisUnavailable } from '@stellacontrol/redis'
import { CodedError } from '@stellacontrol/runtime'
import { type ErrorCode, errorCodes } from './error-codes.ts'

/** A list of things that are all wrong is told by its beginning. */
const mostFields = 50
/** How long a client is asked to wait where nothing better is known. */
const retryAfterSeconds = 5

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Unavailable',
}

/** Thrown by handlers: the request ends with this problem. `headers` go with it, e.g. Retry-After or Allow. */
export class ApiProblem extends CodedError {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** What is wrong, field by field. */
  readonly fields: Problem['fields']

  constructor(
    code: ErrorCode,
    detail?: string,
    options: ErrorOptions & { headers?: Record<string, string>; fields?: Problem['fields'] } = {},
  ) {
    super(code, detail ?? errorCodes[code].meaning, options)
    this.status = errorCodes[code].status
    this.fields = options.fields
    const retry: Record<string, string> = this.status === 503 ? { 'retry-after': String(retryAfterSeconds) } : {}
    this.headers = { ...retry, ...options.headers }
  }
}

/** The body of a problem after RFC 9457. `instance` is the path of the request. */
export function problemBody(problem: ApiProblem, instance?: string): Problem {
  return {
    type: `urn:stellacontrol:problem:${problem.code}`,
    title: titles[problem.status] ?? 'Problem',
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    ...(instance === undefined ? {} : { instance }),
    ...(problem.fields === undefined ? {} : { fields: problem.fields }),
  }
}

/** What Fastify itself complains about, in our codes. */
const frameworkCodes: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type-unsupported',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request-invalid',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request-invalid',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request-invalid',
  FST_ERR_BAD_URL: 'request-invalid',
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
  FST_UNDER_PRESSURE: 'overloaded',
}

/** What the check of a request found, field by field: `/quietHours/from` is `quietHours.from`. */
function fieldsOf(validation: unknown): Problem['fields'] {
  const found = validation as readonly { instancePath?: string; message?: string }[]
  return found.slice(0, mostFields).map(({ instancePath = '', message = '' }) => ({
    field: instancePath.split('/').filter(Boolean).join('.'),
    message,
  }))
}

/** Decides what the outside is told of an error. Whatever is not expected becomes `internal-error`, without its words. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  if (isUnavailable(error)) return new ApiProblem('database-unavailable', undefined, { cause: error })
  if (isRedisUnavailable(error)) return new ApiProblem('live-state-unavailable', undefined, { cause: error })
  if (!(error instanceof Error)) return new ApiProblem('internal-error', undefined, { cause: error })
  if ('validation' in error && error.validation) {
    return new ApiProblem('request-invalid', error.message, { cause: error, fields: fieldsOf(error.validation) })
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const known = code === undefined ? undefined : frameworkCodes[code]
  if (known) return new ApiProblem(known, undefined, { cause: error })
  const isClientError = 'statusCode' in error && Number(error.statusCode) >= 400 && Number(error.statusCode) < 500
  return new ApiProblem(isClientError ? 'request-invalid' : 'internal-error', undefined, { cause: error })
}
