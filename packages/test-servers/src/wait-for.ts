import { setTimeout as delay } from 'node:timers/promises'

/** What a wait may be told: how long it may last, and the words that name it when it fails. */
export interface WaitOptions {
  deadlineMs?: number
  /** Completes the sentence "waited 5000 ms for …". */
  what?: string
  intervalMs?: number
}

/**
 * Asks until the answer is truthy, and returns it. An error thrown by the condition counts as "not yet"; the last one is the
 * `cause` of the failure. Rejects after `deadlineMs` (10 s unless told).
 */
export async function waitFor<Answer>(
  condition: () => Answer | Promise<Answer>,
  { deadlineMs = 10_000, what = 'a condition', intervalMs = 20 }: WaitOptions = {},
): Promise<NonNullable<Answer>> {
  const deadlineAt = performance.now() + deadlineMs
  let cause: unknown
  for (;;) {
    try {
      const answer = await condition()
      if (answer) return answer
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (performance.now() >= deadlineAt) {
      const detail = cause instanceof Error ? `: ${cause.message}` : ''
      throw new Error(`waited ${deadlineMs} ms for ${what}${detail}`, { cause })
    }
    await delay(intervalMs)
  }
}
