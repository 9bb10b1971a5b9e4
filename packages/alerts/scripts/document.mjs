// Writes the tables of the catalogue into docs/alerts.md, between its two marks. The result is committed; a test compares it.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { catalogue, catalogueTables } from '@stellacontrol/alerts'

const file = fileURLToPath(new URL('../../../docs/alerts.md', import.meta.url))
const [start, end] = ['<!-- catalogue -->\n', '\n<!-- end of catalogue -->']
const text = readFileSync(file, 'utf8')
const [before, after] = [text.split(start)[0], text.split(end)[1]]
writeFileSync(file, `${before}${start}\n${catalogueTables(catalogue)}\n${end}${after}`)
