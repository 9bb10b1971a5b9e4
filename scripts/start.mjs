import { join } from 'node:path'
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

await main(async () => {
  checkNode()
  if (process.env.REDIS_QUEUE_URL === undefined || process.env.REDIS_STATE_URL === undefined) {
    await ensureSystemPrograms([systemPrograms.redis])
  }
  await installPackages()
  await build('product')
  return runProgram(join(root, 'cli', 'dist', 'main.js'), ['up', ...process.argv.slice(2)])
})
