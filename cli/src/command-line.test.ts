import { join } from 'node:path'
import { temporaryFolder } from '@stellacontrol/test-servers'
import { expect, test } from 'vitest'
import { runCommandLine } from './command-line.ts'
import { createOutput } from './output.ts'

/** Runs a command line on a data folder on which nothing runs. */
async function run(words: string[], environment: Record<string, string> = {}) {
  const out: string[] = []
  const talk: string[] = []
  const output = createOutput({
    out: { write: (text) => void out.push(text) },
    talk: { write: (text) => void talk.push(text) },
    noColor: true,
  })
  const variables = { STELLA_DATA_DIR: join(temporaryFolder(), 'data'), ...environment }
  const code = await runCommandLine(words, variables, output, new AbortController().signal)
  return { code, out: out.join(''), talk: talk.join('') }
}

test('help goes to standard output with examples first, and is no failure', async () => {
  const { code, out, talk } = await run(['--help'])
  expect(code).toBe(0)
  expect(out).toMatch(/^Examples:/)
  expect(out).toMatch(/Exit codes:/)
  expect(talk).toBe('')
})

test.each([
  ...[
    'up',
    'run',
    'simulate',
    'devices',
    'watch',
    'organisations',
    'sites',
    'users',
    'audit',
    'doctor',
    'certificates',
  ],
])('the help of "%s" begins with examples', async (name) => {
  expect((await run([name, '--help'])).out).toMatch(/^Examples:/)
})

test('an unknown command is wrong usage, with the likely one named', async () => {
  const { code, talk } = await run(['devces'])
  expect(code).toBe(2)
  expect(talk).toMatch(/Did you mean devices/)
})

test('an unknown service is wrong usage', async () => {
  const { code, talk } = await run(['run', 'mail-service'])
  expect(code).toBe(2)
  expect(talk).toMatch(/message-receiver/)
})

test('a serial that is none is wrong usage', async () => {
  expect((await run(['watch', 'x'])).code).toBe(2)
})

test('without a running installation commands are unreachable and say what to do', async () => {
  const { code, talk, out } = await run(['devices', 'list'])
  expect(code).toBe(5)
  expect(talk).toMatch(/npm start/)
  expect(out).toBe('')
})

test('a server that does not answer is unreachable', async () => {
  const { code } = await run(['devices', 'list'], { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' })
  expect(code).toBe(5)
})

test('with --json an error is an object on standard output', async () => {
  const { code, out } = await run(['devices', 'list', '--json'])
  expect(code).toBe(5)
  expect(JSON.parse(out)).toEqual({ error: { code: 'unreachable', message: expect.stringContaining('npm start') } })
})

test('wrong variables stop "up" with one line each and exit code 1', async () => {
  const { code, talk } = await run(['up'], { STELLA_HTTP_PORT: 'x', STELLA_SIMULATE: '-1' })
  expect(code).toBe(1)
  expect(
    talk
      .trim()
      .split('\n')
      .map((line) => line.split(':')[0]),
  ).toEqual(['STELLA_HTTP_PORT', 'STELLA_SIMULATE'])
})

test('doctor finds problems where nothing runs, and fails', async () => {
  const { code, out } = await run(['doctor', '--json'])
  expect(code).toBe(1)
  const findings = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(findings).toContainEqual(expect.objectContaining({ check: 'PostgreSQL', verdict: 'problem' }))
  expect(findings).toContainEqual(expect.objectContaining({ check: 'running', verdict: 'warning' }))
})
