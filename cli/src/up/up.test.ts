import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, identityOf, isSameProcessAlive, temporaryFolder, waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkout, serviceNames } from '../checkout.ts'

/** The built command line: what `npm start` runs. */
const program = join(checkout, 'cli', 'dist', 'main.js')
const dataFolder = join(temporaryFolder(), 'the data')
const started: ChildProcess[] = []
let environment: NodeJS.ProcessEnv

beforeAll(async () => {
  const [httpPort, mqttPort] = [await freePort(), await freePort()]
  const path = spawnSync('/bin/sh', ['-c', 'echo "$PATH"'], { encoding: 'utf8' }).stdout.trim()
  environment = {
    PATH: path,
    STELLA_DATA_DIR: dataFolder,
    STELLA_HTTP_PORT: String(httpPort),
    STELLA_MQTT_PORT: String(mqttPort),
    STELLA_SIMULATE: '3',
  }
})

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await waitFor(() => processesOf().length === 0, { deadlineMs: 20_000, what: 'the end of everything' })
  rmSync(dataFolder, { recursive: true, force: true })
})

/** Starts `stella up` and waits for its screen. */
async function start(): Promise<{ child: ChildProcess; screen: string }> {
  const child = spawn(process.execPath, [program, 'up'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  let screen = ''
  let talk = ''
  child.stdout?.on('data', (chunk) => {
    screen += chunk
  })
  child.stderr?.on('data', (chunk) => {
    talk += chunk
  })
  await waitFor(
    () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${talk}`)
      return screen.includes('Ctrl-C')
    },
    { deadlineMs: 90_000, what: 'the start screen' },
  )
  return { child, screen }
}

function stella(...words: string[]): { code: number | null; out: string; talk: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    env: environment,
    encoding: 'utf8',
  })
  return { code: status, out: stdout, talk: stderr }
}

/** The recorded processes of this data folder that still live: services, simulator and servers. */
function processesOf() {
  const records = [
    'run/children.json',
    ...['redis-queue', 'redis-state', 'postgres'].map((name) => `servers/${name}/${name}.run.json`),
  ]
  return records
    .flatMap((file) => {
      try {
        const record = JSON.parse(readFileSync(join(dataFolder, file), 'utf8'))
        return Array.isArray(record) ? record : [record.server]
      } catch {
        return []
      }
    })
    .filter(isSameProcessAlive)
}

async function untilDeviceReports(): Promise<{ serial: string; sequence: number }> {
  return waitFor(
    () => {
      const { out } = stella('devices', 'list', '--json')
      const device = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .find(({ status }) => status !== null)
      return device && { serial: device.serial, sequence: device.status.sequence }
    },
    { deadlineMs: 30_000, intervalMs: 500, what: 'a report of a simulated device' },
  )
}

test('one command brings everything up; it survives kill -9 with its data; and it ends cleanly within ten seconds', async () => {
  const first = await start()
  expect(first.screen).toMatch(/Sign-in {2}admin@stellacontrol\.local {2}password: \S{16}/)
  expect(processesOf()).toHaveLength(
    serviceNames.length + ['simulator', 'redis-queue', 'redis-state', 'postgres'].length,
  )
  const { serial } = await untilDeviceReports()
  expect(stella('devices', 'show', serial).out).toContain(serial)
  expect(stella('watch', serial, '--count', '1', '--json').out).toContain(`"serial":"${serial}"`)
  expect(stella('devices', 'show', 'NOBODY-1').code).toBe(3)

  const added = stella('devices', 'add', 'TEST-0001', '--model', 'iR5')
  expect(added.out.trim()).toMatch(/^[\w-]{43}$/)
  expect(stella('devices', 'add', 'TEST-0001', '--model', 'iR5').code).toBe(1)

  const second = stella('up')
  expect(second.code).toBe(1)
  expect(second.talk.trim()).toBe(
    `StellaControl already runs on ${dataFolder} (process ${first.child.pid}): stop it first.`,
  )

  first.child.kill('SIGKILL')
  const again = await start()
  expect(again.screen).toContain('password as before')
  expect(stella('devices', 'show', 'TEST-0001').code).toBe(0)

  const everything = processesOf()
  const self = identityOf(again.child.pid ?? 0)
  const stoppedAt = performance.now()
  again.child.kill('SIGTERM')
  await waitFor(() => again.child.exitCode !== null, { deadlineMs: 15_000, what: 'the end of up' })
  expect(performance.now() - stoppedAt).toBeLessThan(10_000)
  expect(again.child.exitCode).toBe(0)
  expect([...everything, ...(self === undefined ? [] : [self])].filter(isSameProcessAlive)).toEqual([])
}, 240_000)
