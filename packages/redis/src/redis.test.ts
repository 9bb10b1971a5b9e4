import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkInstallation, openRedis } from './redis.ts'
import { startTestRedis, type TestRedis } from './testing/test-redis.ts'

let servers: TestRedis
const packageFolder = fileURLToPath(new URL('..', import.meta.url))

beforeAll(async () => {
  servers = await startTestRedis()
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

test('the number of partitions is fixed by the first process, and another number is refused with what to do', async () => {
  const installation = await checkInstallation(servers.redis)
  expect(installation.partitions).toBe(4)
  expect(await checkInstallation(servers.redis)).toEqual(installation)
  const other = openRedis({ name: 'other', environment: { ...servers.environment, STELLA_PARTITIONS: '8' } })
  await expect(checkInstallation(other)).rejects.toMatchObject({
    code: 'partitions-mismatch',
    message: expect.stringContaining('STELLA_PARTITIONS=4'),
  })
  await other[Symbol.asyncDispose]()
})

function runScript(
  source: string,
  environment: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: packageFolder,
    env: { PATH: process.env.PATH ?? '', ...environment },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}

test('a plain script finds its configuration in the environment, and ends when it has closed Redis', async () => {
  const source = `
    import { MessageType } from '@stellacontrol/protocol'
    import { closeRedis, createMessage, publishMessage, subscribeMessage, useCache } from '@stellacontrol/redis'
    const seen = new Promise((resolve) =>
      subscribeMessage({ type: MessageType.DeviceActivated, reader: 'script', handler: resolve }).then(() =>
        publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber: 'SCRIPT-1' }) })))
    await useCache((cache) => cache.set('sc:status:SCRIPT-1', 'hello'))
    console.log(await useCache((cache) => cache.get('sc:status:SCRIPT-1')), (await seen).serialNumber)
    await closeRedis()
  `
  expect(await runScript(source, servers.environment)).toEqual({ code: 0, output: 'hello SCRIPT-1\n' })
})

test('a script without configuration is told every variable that is missing', async () => {
  const source = "import { useCache } from '@stellacontrol/redis'\nawait useCache(() => 1)"
  const { code, output } = await runScript(source, {})
  expect(code).toBe(1)
  expect(output).toContain('REDIS_QUEUE_URL')
  expect(output).toContain('REDIS_STATE_URL')
})
