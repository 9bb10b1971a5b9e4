import type { Verdict } from './run-fault.ts'

/** A verdict in a few lines for people. */
export function printVerdict({ fault, seed, outcome, violations, figures, reason }: Verdict): string {
  const head = `${outcome.padEnd(7)} ${fault.padEnd(20)} seed ${seed}`
  if (reason !== undefined) return `${head}  ${reason}`
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value.toLocaleString('en')}`)
  const lines = violations.map(({ rule, count, example }) => `        ${rule} ×${count}: ${example}`)
  return [`${head}  ${text.join(', ')}`, ...lines].join('\n')
}
