import { z } from 'zod'
import { CodedError } from './coded-error.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads a service's configuration: a pure function of the environment. An empty variable counts as not set.
 * @throws CodedError `configuration-invalid` that names every wrong variable at once and never shows a value.
 */
export function readConfiguration<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Environment,
): z.infer<z.ZodObject<Shape>> {
  const input = Object.fromEntries(
    Object.keys(shape).map((name) => [name, environment[name] === '' ? undefined : environment[name]]),
  )
  const result = z.object(shape).safeParse(input)
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `${issue.path.join('.')}: ${describe(issue)}`)
  throw new CodedError('configuration-invalid', lines.join('\n'))
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is required'
  return issue.message.replace(/^Invalid input: /, '')
}

/** A whole number given as text, within bounds that the error names. */
export function wholeNumber(minimum: number, maximum: number) {
  return z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= minimum && Number(text) <= maximum, {
      message: `expected a whole number from ${minimum} to ${maximum}`,
    })
    .transform(Number)
}

export const port = wholeNumber(0, 65_535)

/** A URL of one of the given schemes, e.g. `redis` and `rediss`. */
export function urlOf(...schemes: string[]) {
  return z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)), {
    message: `expected a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  })
}

/** The variables that every service reads. */
export const commonConfiguration = {
  STELLA_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  STELLA_HEALTH_PORT: port.optional(),
}
