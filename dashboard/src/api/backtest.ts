import type { BacktestLine, BacktestProgress, BacktestRequest, BacktestResult } from '@stellacontrol/protocol'
import { ApiError, requestLines } from './http.ts'

/**
 * Runs a rule over the past; it ends when the signal aborts. Throws ApiError, also for a problem on the way and for an answer
 * that ends before its result.
 */
export async function runBacktest(
  body: BacktestRequest,
  onProgress: (progress: BacktestProgress) => void,
  signal: AbortSignal,
): Promise<BacktestResult> {
  for await (const line of requestLines<BacktestLine>('/v1/alert-rules/backtest', { method: 'POST', body, signal })) {
    if (line.type === 'result') return line
    if (line.type === 'problem') throw new ApiError(200, line.code, line.detail)
    onProgress(line)
  }
  throw new ApiError(200, 'answer-cut-off', 'The answer ended before its result')
}
