import { parseArguments, usage } from './arguments.ts'
import { Campaign } from './campaign.ts'
import { faults } from './catalogue.ts'
import { fullLengths } from './fault.ts'
import { printVerdict } from './print-verdict.ts'
import type { Verdict } from './run-fault.ts'

const devices = 300
const randomSeeds = 100_000

// Ends through `exit`, so that small disks are unmounted and servers ended.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const parsed = parse()
const { outageMs, seeds, isJson } = parsed
const lengths = outageMs === undefined ? fullLengths : { ...fullLengths, outageMs, postgresGoneMs: outageMs }
console.log(`${parsed.faults.length} faults, ${devices} devices, seeds ${seeds.join(' ')}`)
const verdicts: Verdict[] = []
for (const seed of seeds) {
  await using campaign = new Campaign({ seed, devices, lengths })
  for (const fault of parsed.faults) {
    const verdict = await campaign.run(fault)
    verdicts.push(verdict)
    console.log(printVerdict(verdict))
  }
}
const count = (outcome: string) => verdicts.filter((verdict) => verdict.outcome === outcome).length
const result = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
if (isJson) console.log(JSON.stringify({ ...result, seeds, verdicts }))
else console.log(`${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`)
process.exit(result.failed === 0 ? 0 : 1)

function parse() {
  try {
    return parseArguments(process.argv.slice(2), faults, Math.floor(Math.random() * randomSeeds))
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage(faults)}`)
    process.exit(2)
  }
}
