import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  build,
  checkNode,
  ensureSystemPrograms,
  installPackages,
  main,
  root,
  run,
  runProgram,
  say,
  systemPrograms,
} from './bootstrap.mjs'
import { summarize, summaryLine } from './test-summary.mjs'

const modules = join(root, 'node_modules')

/** Checks that are not tests: each fails as a whole. */
const checks = [
  { name: 'lint and format', file: join(modules, '@biomejs', 'biome', 'bin', 'biome'), words: ['check', '.'] },
  { name: 'dead code', file: join(modules, 'knip', 'bin', 'knip.js'), words: [] },
]

async function failedChecks() {
  let failed = 0
  for (const { name, file, words } of checks) {
    say(`Checking ${name} …`)
    if ((await run(process.execPath, [file, ...words])) !== 0) failed += 1
  }
  return failed
}

async function vitestResults(words) {
  const folder = mkdtempSync(join(tmpdir(), 'stellacontrol-results-'))
  const outputFile = join(folder, 'results.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`]
    await runProgram(join(modules, 'vitest', 'vitest.mjs'), ['run', ...reporters, ...words])
    return existsSync(outputFile) ? JSON.parse(readFileSync(outputFile, 'utf8')) : undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main(async () => {
  checkNode()
  await ensureSystemPrograms(Object.values(systemPrograms))
  await installPackages()
  await build('everything')
  const broken = await failedChecks()
  const summary = summarize(await vitestResults(process.argv.slice(2)), broken)
  if (broken > 0) say(`${broken} of the checks before the tests failed; see above.`)
  console.log(summaryLine(summary))
  return summary.failed === 0 ? 0 : 1
})
