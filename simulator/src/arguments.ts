import { parseArgs } from 'node:util'
import { type TraceColumn, traceColumns } from './replay/trace.ts'

/** What the command line asks for. */
export interface Arguments {
  fleet: string
  mqtt: string
  /** PEM file. */
  authority: string | undefined
  state: string
  intervalSeconds: number
  live: { count: number; intervalSeconds: number }
  backfill: { days: number; reportsPerSecond: number } | undefined
  seed: number | undefined
  devices: number | undefined
  replay:
    | {
        file: string
        columns: Partial<Record<TraceColumn, string>>
        band: number | undefined
        timestamp: string | undefined
      }
    | undefined
  faults: string | undefined
  hasWitness: boolean
  isJson: boolean
}

/** A command line that cannot be understood; the message says what to type instead. */
class ArgumentsError extends Error {
  readonly code = 'arguments-invalid'
}

export const usage = `Virtual iRepeaters: node simulator/dist/main.js --fleet <file> --mqtt mqtt://127.0.0.1:1883 --state <folder>

  --fleet <file>                 JSON fleet file; made from --seed and --devices if it does not exist
  --mqtt <url>                   where to publish, mqtt://host:port, or mqtts://host:port for TLS
  --ca <file>                    PEM file of the authority of the server's certificate
  --state <folder>               boot counters, witness, backfill marker
  --interval-seconds <n>         between two reports of a device (10)
  --live <n>                     so many devices report in live mode (0)
  --live-interval-seconds <n>    how often those report (1)
  --backfill-days <n>            load a past of so many days, once per state folder (0)
  --backfill-rate <n>            reports per second of the backfill (1000)
  --seed <n>                     seed of another fleet, or of a new one (1)
  --devices <1..10000>           only the first so many devices (all; 200 for a new fleet)
  --faults <file>                JSON list of further faults
  --replay <file.csv>            recorded radio trace in place of simulated donor levels
  --column <quantity=column>     may repeat; quantities: ${traceColumns.join(', ')}
  --timestamp-column <name>      column of the trace's moments (Timestamp)
  --replay-band <n>              3GPP number of the replayed band (the first band of each device)
  --no-witness                   keep no record of what was acknowledged
  --json                         one JSON object per status line

Example: node simulator/dist/main.js --fleet fleet.json --mqtt mqtt://127.0.0.1:1883 --state data/simulator --live 5`

const options = {
  fleet: { type: 'string' },
  mqtt: { type: 'string' },
  ca: { type: 'string' },
  state: { type: 'string' },
  'interval-seconds': { type: 'string' },
  live: { type: 'string' },
  'live-interval-seconds': { type: 'string' },
  'backfill-days': { type: 'string' },
  'backfill-rate': { type: 'string' },
  seed: { type: 'string' },
  devices: { type: 'string' },
  faults: { type: 'string' },
  replay: { type: 'string' },
  column: { type: 'string', multiple: true },
  'timestamp-column': { type: 'string' },
  'replay-band': { type: 'string' },
  'no-witness': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

type Values = ReturnType<typeof parse>
const maximumDevices = 10_000

function parse(words: readonly string[]) {
  return parseArgs({ args: [...words], options, allowPositionals: false }).values
}

/** Reads the command line; undefined if it asks for help. Throws ArgumentsError that names every problem. */
export function parseArguments(words: readonly string[]): Arguments | undefined {
  let values: Values
  try {
    values = parse(words)
  } catch (error) {
    throw new ArgumentsError(error instanceof Error ? error.message : String(error), { cause: error })
  }
  if (values.help) return undefined
  const problems: string[] = []
  const number = (
    name:
      | 'interval-seconds'
      | 'live'
      | 'live-interval-seconds'
      | 'backfill-days'
      | 'backfill-rate'
      | 'seed'
      | 'devices'
      | 'replay-band',
    least: number,
    most: number,
    usual: number,
  ): number => {
    const text = values[name]
    if (text === undefined) return usual
    const value = Number(text)
    if (text.trim() !== '' && value >= least && value <= most) return value
    problems.push(`--${name} must be a number from ${least} to ${most}`)
    return usual
  }
  const required = (name: 'fleet' | 'mqtt' | 'state'): string => {
    if (values[name]) return values[name]
    problems.push(`--${name} is missing`)
    return ''
  }
  const mqtt = required('mqtt')
  if (mqtt !== '' && !/^mqtts?:\/\/[^/:]+(:\d+)?\/?$/.test(mqtt))
    problems.push('--mqtt must look like mqtt://host:port or mqtts://host:port')
  const days = number('backfill-days', 0, 3_650, 0)
  const reportsPerSecond = number('backfill-rate', 1, 100_000, 1_000)
  const parsed: Arguments = {
    fleet: required('fleet'),
    mqtt,
    authority: values.ca,
    state: required('state'),
    intervalSeconds: number('interval-seconds', 0.001, 86_400, 10),
    live: {
      count: number('live', 0, maximumDevices, 0),
      intervalSeconds: number('live-interval-seconds', 0.001, 60, 1),
    },
    backfill: days === 0 ? undefined : { days, reportsPerSecond },
    seed: values.seed === undefined ? undefined : number('seed', 0, 2 ** 31 - 1, 1),
    devices: values.devices === undefined ? undefined : number('devices', 1, maximumDevices, 200),
    replay: parseReplay(values, problems),
    faults: values.faults,
    hasWitness: values['no-witness'] !== true,
    isJson: values.json === true,
  }
  if (parsed.replay !== undefined && values['replay-band'] !== undefined)
    parsed.replay.band = number('replay-band', 1, 511, 1)
  if (problems.length > 0) throw new ArgumentsError(problems.join('; '))
  return parsed
}

function parseReplay(values: Values, problems: string[]): Arguments['replay'] {
  if (values.replay === undefined) {
    if (values.column !== undefined) problems.push('--column needs --replay')
    return undefined
  }
  const columns: Partial<Record<TraceColumn, string>> = {}
  for (const mapping of values.column ?? []) {
    const [quantity, name] = mapping.split('=')
    const column = traceColumns.find((candidate) => candidate === quantity)
    if (column === undefined || !name) problems.push(`--column ${mapping} must be <quantity>=<column>, e.g. rsrp=RSRP`)
    else columns[column] = name
  }
  if (Object.keys(columns).length === 0) problems.push('--replay needs at least one --column, e.g. --column rsrp=RSRP')
  return { file: values.replay, columns, band: undefined, timestamp: values['timestamp-column'] }
}
