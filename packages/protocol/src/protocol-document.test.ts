import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decodeReport, maximumReportBytes, rejectionReasons } from './report.ts'
import { bandVitals, systemVitals } from './vitals.ts'

const document = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')
const proto = readFileSync(new URL('../proto/device.proto', import.meta.url), 'utf8')

test('the document describes every field of every message with its number and type', () => {
  const missing: string[] = []
  for (const [, message, body] of proto.matchAll(/^message (\w+) \{([\s\S]*?)^\}/gm)) {
    const section = document.split(`### ${message}\n`)[1]?.split('\n### ')[0] ?? ''
    for (const [, repeated, type, field, number] of (body ?? '').matchAll(
      /^\s+(?:optional |(repeated ))?(\w+) (\w+) = (\d+);/gm,
    )) {
      if (!section.includes(`| ${number} | \`${field}\` | ${repeated ?? ''}${type} |`))
        missing.push(`${message}.${field}`)
    }
  }
  expect(missing).toEqual([])
})

test('the document names every enumeration value', () => {
  const missing: string[] = []
  for (const [, name, body] of proto.matchAll(/^enum (\w+) \{([\s\S]*?)^\}/gm)) {
    const row = document.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? ''
    const prefix = `${name?.replaceAll(/(?<!^)(?=[A-Z])/g, '_').toUpperCase()}_`
    for (const [, value, number] of (body ?? '').matchAll(/^\s+(\w+) = (\d+);/gm)) {
      const word = value?.slice(prefix.length).toLowerCase().replaceAll('_', '-')
      if (!row.includes(`${number} ${word}`)) missing.push(`${name}.${value}`)
    }
  }
  expect(missing).toEqual([])
})

test('the document names every reason for which a message is set aside, and the limits', () => {
  for (const reason of rejectionReasons) expect(document).toContain(`\`${reason}\``)
  expect(document).toContain(`| one report | ${maximumReportBytes} bytes |`)
})

test('the document shows the plausible range of every vital', () => {
  const missing = [...Object.values(systemVitals), ...Object.values(bandVitals)]
    .filter(({ minimum, maximum }) => !document.includes(`| ${minimum} … ${maximum} |`))
    .map(({ name }) => name)
  expect(missing).toEqual([])
})

test("the document's example bytes are a report", () => {
  const octal = /printf '([^']+)' > report\.bin/.exec(document)?.[1] ?? ''
  const bytes = Buffer.from(
    octal.replaceAll(/\\(\d{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8))),
    'latin1',
  )
  expect(decodeReport(bytes)).toMatchObject({
    report: {
      bootId: 7,
      seq: 42,
      environment: { boardTemperatureDc: 483 },
      bands: [{ band: 20, gainActualDb10: 694 }],
    },
  })
})
