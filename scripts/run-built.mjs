import { resolve } from 'node:path'
import {
  build,
  checkNode,
  ensureSystemPrograms,
  installPackages,
  main,
  root,
  runProgram,
  systemPrograms,
} from './bootstrap.mjs'

/** `node scripts/run-built.mjs <file> [argument…]`: builds what changed, then runs the file. */
await main(async () => {
  const [file, ...words] = process.argv.slice(2)
  if (file === undefined) throw new Error('which file shall run?')
  checkNode()
  await ensureSystemPrograms([systemPrograms.redis])
  await installPackages()
  await build('everything')
  return runProgram(resolve(root, file), words)
})
