import type { Problem } from '@stellacontrol/protocol'
import { readLines } from './lines.ts'

export type FieldProblems = NonNullable<Problem['fields']>

/**
 * What the service answered instead of a result. `code` is the stable code of the problem, `status` 0 if nothing answered;
 * `fields`: what is wrong with what was sent, field by field.
 */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly fields: FieldProblems

  constructor(
    status: number,
    code: string,
    message: string,
    { fields = [], ...options }: ErrorOptions & { fields?: FieldProblems | undefined } = {},
  ) {
    super(message, options)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.fields = fields
  }
}

interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON. */
  body?: unknown
  /** Sent as text/csv instead. */
  csv?: string
  signal?: AbortSignal
}

/**
 * One call of the API on this origin. Answers are taken as the protocol's types promise: the service validates, the page
 * does not parse them again. Throws ApiError, also when no answer came.
 */
export async function request<Result>(path: string, options: RequestOptions = {}): Promise<Result> {
  const response = await send(path, options)
  if (!response.ok) throw await toError(response)
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as Result
}

/** More than any answer needs; a line without end would fill the memory. */
const longestLine = 4_000_000

/** One call whose answer comes line by line, each of them JSON. Throws ApiError, also when the connection breaks on the way. */
export async function* requestLines<Line>(path: string, options: RequestOptions): AsyncGenerator<Line> {
  const response = await send(path, options)
  if (!response.ok) throw await toError(response)
  if (response.body === null) return
  try {
    for await (const line of readLines(response.body, longestLine)) yield JSON.parse(line) as Line
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new ApiError(response.status, 'answer-cut-off', 'The answer broke off', { cause: error })
  }
}

async function send(path: string, { method = 'GET', body, csv, signal }: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (csv !== undefined) headers['content-type'] = 'text/csv'
  try {
    return await fetch(path, {
      method,
      headers,
      body: csv ?? (body === undefined ? null : JSON.stringify(body)),
      signal: signal ?? null,
      credentials: 'same-origin',
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'no-answer', 'The service did not answer', { cause: error })
  }
}

async function toError(response: Response): Promise<ApiError> {
  try {
    const problem = (await response.json()) as Problem
    return new ApiError(response.status, problem.code, problem.detail ?? problem.title, { fields: problem.fields })
  } catch (error) {
    return new ApiError(response.status, 'unreadable-answer', `The service answered ${response.status}`, {
      cause: error,
    })
  }
}
