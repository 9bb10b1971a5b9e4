import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { identityOf, isSameProcessAlive } from './process-identity.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { waitFor } from './wait-for.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Started by the built package: the owner must be a process of its own that can be killed. */
const owner = `
import { startPostgres, startRedis } from ${JSON.stringify(fileURLToPath(new URL('../dist/index.js', import.meta.url)))}
const servers = [await startRedis({ folder: process.argv[1] }), await startPostgres({ folder: process.argv[1] })]
servers[0].pause()
console.log(JSON.stringify(servers.map(({ pid }) => pid)))
`

test('servers end when their owner is killed with -9, also a paused one', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', owner, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await waitFor(() => output.includes(']'), { deadlineMs: 30_000, what: 'two servers of another process' })
  const servers = (JSON.parse(output) as number[]).map((pid) => identityOf(pid))
  expect(servers).not.toContain(undefined)
  child.kill('SIGKILL')
  await waitFor(() => !servers.some((server) => server !== undefined && isSameProcessAlive(server)), {
    deadlineMs: 20_000,
    what: 'the servers to end',
  })
})
