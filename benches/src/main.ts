import { describeMachine } from './machine.ts'

type Bench = (options: { seconds: number }) => Promise<Record<string, unknown>>

/** One measured question each. */
const benches: Record<string, { defaultSeconds: number; load: () => Promise<Bench> }> = {
  pipeline: { defaultSeconds: 60, load: async () => (await import('./pipeline.ts')).pipelineBench },
  latency: { defaultSeconds: 30, load: async () => (await import('./latency.ts')).latencyBench },
  burst: { defaultSeconds: 60, load: async () => (await import('./burst.ts')).burstBench },
  history: { defaultSeconds: 20, load: async () => (await import('./history.ts')).historyBench },
  registry: { defaultSeconds: 30, load: async () => (await import('./registry.ts')).wholeRegistryBench },
  redis: { defaultSeconds: 20, load: async () => (await import('./redis-log.ts')).redisLogBench },
  'registry-devices': {
    defaultSeconds: 1,
    load: async () => {
      const { registryDevicesBench } = await import('./registry-devices.ts')
      return () => registryDevicesBench()
    },
  },
  alerts: { defaultSeconds: 1, load: async () => (await import('./alerts.ts')).alertsBench },
  'alert-quality': { defaultSeconds: 1, load: async () => (await import('./alert-quality.ts')).alertQualityBench },
  backtest: {
    defaultSeconds: 1,
    load: async () => {
      const { backtestBench } = await import('./backtest.ts')
      return () => backtestBench()
    },
  },
  legacy: { defaultSeconds: 20, load: async () => (await import('./legacy.ts')).legacyBench },
}

const parameters = process.argv.slice(2)
const name = parameters.find((parameter) => !parameter.startsWith('-'))
const bench = name === undefined ? undefined : benches[name]
if (name === undefined || bench === undefined) {
  console.error(`usage: npm run bench -- <name> [--seconds N] [--json]\nnames: ${Object.keys(benches).join(', ')}`)
  process.exit(2)
}
const secondsAt = parameters.indexOf('--seconds')
const seconds = secondsAt === -1 ? bench.defaultSeconds : Number(parameters[secondsAt + 1])
if (!(seconds > 0)) {
  console.error('--seconds takes a number above 0')
  process.exit(2)
}

const run = await bench.load()
const startedAt = new Date().toISOString()
const figures = await run({ seconds })
const result = { bench: name, ...figures, startedAt, machine: describeMachine() }
if (parameters.includes('--json')) console.log(JSON.stringify(result))
else console.log(JSON.stringify(result, null, 2))
process.exit(0)
