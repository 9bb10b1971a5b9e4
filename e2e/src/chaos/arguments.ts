import { parseArgs } from 'node:util'
import type { Fault } from './fault.ts'

export interface Arguments {
  faults: Fault[]
  seeds: number[]
  isJson: boolean
  /** How long outages last instead of their usual time. */
  outageMs: number | undefined
}

const usageLines = [
  'usage: npm run chaos -- [<fault>…|--all] [--seeds N] [--seed N] [--seconds N] [--json]',
  '  --seeds N    make every fault with N seeds (1); a seed decides moments and victims',
  '  --seed N     the first of them; to repeat a run, the one it printed (random)',
  '  --seconds N  how long outages last',
  '  --json       one object as the last line',
  'faults:',
]

export function usage(catalogue: readonly Fault[]): string {
  return [...usageLines, ...catalogue.map(({ name, summary }) => `  ${name.padEnd(20)} ${summary}`)].join('\n')
}

/** @throws Error with a line for people */
export function parseArguments(words: string[], catalogue: readonly Fault[], randomSeed: number): Arguments {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      seeds: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(randomSeed) },
      seconds: { type: 'string' },
    },
  })
  const unknown = positionals.find((name) => !catalogue.some((fault) => fault.name === name))
  if (unknown !== undefined) throw new Error(`there is no fault ${unknown}`)
  if (!values.all && positionals.length === 0) throw new Error('which fault? or --all')
  const first = wholeNumber('--seed', values.seed, 0)
  const seconds = values.seconds === undefined ? undefined : wholeNumber('--seconds', values.seconds, 1)
  return {
    faults: catalogue.filter(({ name }) => values.all || positionals.includes(name)),
    seeds: Array.from({ length: wholeNumber('--seeds', values.seeds, 1) }, (_, index) => first + index),
    isJson: values.json,
    outageMs: seconds === undefined ? undefined : seconds * 1000,
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least) throw new Error(`${name} takes a whole number from ${least}`)
  return value
}
