import { redisUnavailable } from './redis-errors.ts'

/**
 * What `work` resolves to, or `redis-unavailable` after `deadlineMs`. The work itself goes on; its late failure is swallowed.
 */
export async function within<Result>(work: Promise<Result>, deadlineMs: number, what: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(redisUnavailable(`${what} took more than ${deadlineMs} ms`)), deadlineMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
