import { parseArguments, usage } from './arguments.ts'
import { prepareSimulation } from './run/prepare.ts'
import { type Simulation, startSimulation } from './run/simulation.ts'
import { statusLine } from './run/status-line.ts'

const statusPeriodMs = 10_000

try {
  const parsed = parseArguments(process.argv.slice(2))
  if (parsed === undefined) console.log(usage)
  else watch(startSimulation(prepareSimulation(parsed)), parsed.isJson)
} catch (error) {
  console.error(`simulator: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

/** Prints what happens until a signal ends it. */
function watch(simulation: Simulation, isJson: boolean): void {
  let before = { ...simulation.statistics }
  let printedAt = performance.now()
  const print = (): void => {
    const now = { ...simulation.statistics }
    const at = performance.now()
    console.log(statusLine(before, now, at - printedAt, isJson))
    before = now
    printedAt = at
  }
  const timer = setInterval(print, statusPeriodMs)
  simulation.backfilled.catch((error: unknown) => console.error('simulator: the past could not be loaded:', error))
  let isStopping = false
  const stop = async (): Promise<void> => {
    // A terminal and a starter may both pass the same signal on.
    if (isStopping) return
    isStopping = true
    clearInterval(timer)
    await simulation.stop()
    print()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop())
}
