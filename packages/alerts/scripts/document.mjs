// Writes the tables of rules into docs/alerts.md, each between its two marks. The result is committed; a test compares it.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { catalogue, catalogueTables, platformTable } from '@stellacontrol/alerts'

const file = fileURLToPath(new URL('../../../docs/alerts.md', import.meta.url))
let text = readFileSync(file, 'utf8')
for (const [name, table] of [
  ['catalogue', catalogueTables(catalogue)],
  ['platform', platformTable()],
]) {
  const [start, end] = [`<!-- ${name} -->\n`, `\n<!-- end of ${name} -->`]
  text = `${text.split(start)[0]}${start}\n${table}\n${end}${text.split(end)[1]}`
}
writeFileSync(file, text)
