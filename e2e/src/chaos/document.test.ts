import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { alertRules } from './alerting/judge-alerts.ts'
import { faults } from './catalogue.ts'
import { rules } from './judge.ts'

const page = readFileSync(new URL('../../../docs/chaos.md', import.meta.url), 'utf8')

test('docs/chaos.md lists every fault and every rule of the judge, and no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)].map(([, name, text]) => [name, text])
  expect(rows.map(([name]) => name)).toEqual([...rules, ...alertRules, ...faults.map(({ name }) => name)])
  expect(rows.slice(rules.length + alertRules.length)).toEqual(faults.map(({ name, summary }) => [name, summary]))
})
