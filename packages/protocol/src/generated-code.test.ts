import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('the committed code is what the .proto makes today', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stella-protocol-'))
  const script = fileURLToPath(new URL('../scripts/generate.mjs', import.meta.url))
  execFileSync(process.execPath, [script, folder])
  for (const name of ['device.js', 'device.d.ts']) {
    const committed = readFileSync(new URL(`../generated/${name}`, import.meta.url), 'utf8')
    expect(readFileSync(join(folder, name), 'utf8'), `run "npm run protocol:generate" (${name})`).toBe(committed)
  }
  rmSync(folder, { recursive: true })
})
