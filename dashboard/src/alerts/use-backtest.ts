import type { BacktestProgress, BacktestRequest, BacktestResult } from '@stellacontrol/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { runBacktest } from '../api/backtest.ts'
import { ApiError } from '../api/http.ts'
import { sessionQuery } from '../api/session.ts'
import { backtestProblemWords } from './backtest-words.ts'

const dayMs = 86_400_000

interface BacktestRun {
  result: BacktestResult
  /** What was run, to tell whether it is still what stands there. */
  written: string
  /** Another number is another run. */
  round: number
}

/** Runs a rule over the past, one run at a time; it ends with the page. The last result stays until there is another one. */
export function useBacktest() {
  const queryClient = useQueryClient()
  const [isRunning, setRunning] = useState(false)
  const [progress, setProgress] = useState<BacktestProgress>()
  const [problem, setProblem] = useState<string>()
  const [last, setLast] = useState<BacktestRun>()
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  async function run(rule: BacktestRequest, days: number): Promise<void> {
    if (running.current !== undefined) return
    const controller = new AbortController()
    running.current = controller
    setRunning(true)
    setProgress(undefined)
    setProblem(undefined)
    try {
      // Both ends by one clock: the service refuses more than it allows, also by a second.
      const now = Date.now()
      const range = { from: new Date(now - days * dayMs).toISOString(), to: new Date(now).toISOString() }
      const result = await runBacktest({ ...rule, ...range }, setProgress, controller.signal)
      setLast((before) => ({ result, written: JSON.stringify(rule), round: (before?.round ?? 0) + 1 }))
    } catch (error) {
      if (controller.signal.aborted) return
      setProblem(backtestProblemWords(error))
      if (error instanceof ApiError && error.code === 'not-signed-in')
        void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
    } finally {
      running.current = undefined
      setRunning(false)
    }
  }
  return { isRunning, progress, problem, last, run, cancel: () => running.current?.abort() }
}
