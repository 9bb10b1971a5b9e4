/** Resolves after `durationMs`, or at once when the signal aborts; never rejects. */
export function pause(durationMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, durationMs)
    signal?.addEventListener('abort', finish, { once: true })
  })
}

/** Exponential back-off with jitter: 50 ms, 100 ms … up to `maximumMs`, each shortened by up to a half at random. */
export function backOffMs(attempt: number, maximumMs = 2000): number {
  const fullMs = Math.min(50 * 2 ** Math.min(attempt, 16), maximumMs)
  return fullMs * (0.5 + Math.random() / 2)
}
