import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Alert, MessageType } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMessage, publishMessage } from './bus/messages.ts'
import { startTestRedis, type TestRedis } from './testing/test-redis.ts'

let servers: TestRedis
const started: ChildProcess[] = []

beforeAll(async () => {
  servers = await startTestRedis()
})
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await servers[Symbol.asyncDispose]()
})

/** The TypeScript of docs/new-service.md; it has no types of its own, so that Node can run it as it stands. */
function codeOfPage(): string {
  const page = readFileSync(new URL('../../../docs/new-service.md', import.meta.url), 'utf8')
  const block = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  return block.replaceAll(/^ {3}/gm, '')
}

function startService(): { child: ChildProcess; output: () => string } {
  const folder = fileURLToPath(new URL('../dist/testing/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const file = `${folder}new-service.mjs`
  writeFileSync(file, codeOfPage())
  const child = spawn(process.execPath, [file], { env: { PATH: process.env.PATH ?? '', ...servers.environment } })
  started.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)))
  return { child, output: () => output }
}

function raise(serialNumber: string): Promise<void> {
  const at = new Date().toISOString()
  const alert: Alert = {
    id: randomUUID(),
    version: 1,
    rule: 'overheating',
    ruleName: 'Overheating',
    class: 'environment',
    severity: 'major',
    state: 'open',
    at,
    since: at,
    raisedAt: at,
    text: 'hot',
    repeats: 0,
    isAnnounced: true,
  }
  return publishMessage({
    message: createMessage(MessageType.AlertRaised, { event: 'raised', device: { serialNumber }, alert }),
  })
}

test('the service of the page is under 30 lines, reacts to alerts, catches up on those it missed, and stops', async () => {
  expect(codeOfPage().trim().split('\n').length).toBeLessThan(30)
  const first = startService()
  await waitFor(() => first.output().includes('service.started'), { what: 'the service', deadlineMs: 20_000 })
  await raise('SIREN-1')
  await waitFor(() => /"serial":"SIREN-1".*siren\.sounded/.test(first.output()), { what: 'the siren' })
  first.child.kill('SIGTERM')
  await waitFor(() => first.child.exitCode !== null, { what: 'an orderly end' })
  expect(first.child.exitCode).toBe(0)

  await raise('SIREN-2')
  const second = startService()
  await waitFor(() => /"serial":"SIREN-2".*siren\.sounded/.test(second.output()), {
    what: 'the alert that came while nobody ran',
    deadlineMs: 20_000,
  })
  expect(second.output()).not.toContain('SIREN-1')
})
