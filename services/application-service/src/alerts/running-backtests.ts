import { ApiProblem } from '../http/problem.ts'

/** Each takes a core of the database and half of ours: more at a time would slow everybody else down. */
const atOnce = 2
const retryAfterSeconds = 10

/** Who runs a backtest on this instance: one per person, two in all. */
export class RunningBacktests {
  private readonly people = new Set<number>()

  /** Returns what ends it. @throws ApiProblem `backtest-running`, `too-many-backtests` */
  begin(userId: number): () => void {
    if (this.people.has(userId)) throw new ApiProblem('backtest-running')
    if (this.people.size >= atOnce) {
      throw new ApiProblem('too-many-backtests', undefined, { headers: { 'retry-after': String(retryAfterSeconds) } })
    }
    this.people.add(userId)
    return () => this.people.delete(userId)
  }
}
