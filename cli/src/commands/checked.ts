import type { z } from 'zod'
import { CommandError } from '../exit-code.ts'

/** What was typed, as the API would take it. @throws CommandError `usage` that names everything that is wrong */
export function checked<Schema extends z.ZodType>(schema: Schema, typed: unknown): z.output<Schema> {
  const result = schema.safeParse(typed)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new CommandError('usage', problems.join('; '))
}

/** Runs a change; a name that is taken is said in words. */
export async function unlessTaken<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === '23505')) throw error
    throw new CommandError('failure', `There is a "${name}" already.`, { cause: error })
  }
}
