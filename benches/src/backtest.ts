import { rmSync } from 'node:fs'
import {
  type BacktestDevice,
  catalogue,
  FleetBacktest,
  modelFactsOf,
  planBacktest,
  runBacktest,
} from '@stellacontrol/alerts'
import {
  apiRole,
  type Database,
  migrate,
  openDatabase,
  pastColumnsOf,
  readPast,
  type Scope,
} from '@stellacontrol/database'
import type { BacktestResult } from '@stellacontrol/protocol'
import { startPostgres, temporaryFolder } from '@stellacontrol/test-servers'
import { pastDays, pastDevices, writeBacktestPast } from './backtest-past.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** The rule that the goal is measured with, and others that read or remember more. */
const mainRule = 'temperature-exceeded'
const furtherRules = ['device-offline', 'band-shut-down', 'sustained-reduced-power']
const runsOfMainRule = 3

/**
 * A rule with its usual variants over 30 days of 1,000 devices in a real PostgreSQL, as the role of the API, for a customer. The
 * memory is that of this process, which makes no more than the backtest meanwhile.
 */
export async function backtestBench(): Promise<Record<string, unknown>> {
  const folder = temporaryFolder()
  const server = await startPostgres({ folder })
  try {
    const endAt = Math.floor(Date.now() / hourMs) * hourMs
    const rows = await prepare(server.url, endAt)
    await using database = openDatabase({ url: server.apiUrl, role: apiRole, applicationName: 'backtest-bench' })
    const runs = []
    for (let run = 0; run < runsOfMainRule; run++) runs.push(await measure(database, mainRule, endAt))
    runs.sort((one, other) => one.seconds - other.seconds)
    const median = runs[Math.floor(runs.length / 2)]
    const further = []
    for (const rule of furtherRules) further.push(await measure(database, rule, endAt))
    return {
      rows,
      devices: pastDevices,
      days: pastDays,
      ...median,
      allSeconds: runs.map(({ seconds }) => seconds),
      further,
    }
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function prepare(url: string, endAt: number): Promise<number> {
  await using owner = openDatabase({ url, applicationName: 'backtest-bench', maximumConnections: 2 })
  await migrate(owner)
  // Awaited here, for the pool ends with this function.
  return await writeBacktestPast(owner, endAt)
}

export async function measure(database: Database, ruleId: string, endAt: number) {
  const rule = catalogue.find(({ id }) => id === ruleId)
  const columns = rule && pastColumnsOf(rule)
  if (rule === undefined || columns === undefined || 'missing' in columns) throw new Error(`no past of ${ruleId}`)
  const scope: Scope = { kind: 'organisations', ids: [2] }
  const facts = { timeZone: 'UTC', model: modelFactsOf('iR5') }
  const devices = Array.from({ length: pastDevices }, (_, device): BacktestDevice => {
    return { serial: `BENCH-${String(device).padStart(5, '0')}`, name: `Device ${device}`, facts }
  })
  const range = { fromAt: endAt - pastDays * dayMs, untilAt: endAt }
  const plan = planBacktest(rule)
  const backtest = new FleetBacktest(plan, devices, range)
  const memory = watchMemory()
  const startedAt = performance.now()
  const cpuBefore = process.cpuUsage()
  let result: BacktestResult | undefined
  const serials = devices.map(({ serial }) => serial)
  const parts = readPast(database, scope, { serials, columns, ...range })
  for await (const line of runBacktest(backtest, parts, range, new AbortController().signal)) {
    if (line.type === 'result') result = line
  }
  const seconds = Math.round((performance.now() - startedAt) / 10) / 100
  const cpu = process.cpuUsage(cpuBefore)
  const rssMiB = memory.stop()
  if (result === undefined || result.reports === 0) throw new Error(`${ruleId}: no reports`)
  return {
    ...{ rule: ruleId, seconds, rssMiB, ownCpuSeconds: Math.round((cpu.user + cpu.system) / 10_000) / 100 },
    ...{ reports: result.reports, variants: plan.variants.length, firings: result.variants[0]?.firings },
  }
}

/** The greatest resident memory from now on. */
function watchMemory(): { stop(): number } {
  let greatest = 0
  const look = () => {
    greatest = Math.max(greatest, process.memoryUsage.rss())
  }
  const timer = setInterval(look, 20)
  return {
    stop() {
      look()
      clearInterval(timer)
      return Math.round(greatest / 2 ** 20)
    },
  }
}
