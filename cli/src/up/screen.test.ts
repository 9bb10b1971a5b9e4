import { expect, test } from 'vitest'
import { startScreen } from './screen.ts'

const plain = { bold: (text: string) => text, dim: (text: string) => text }
const facts = {
  pageUrl: 'http://127.0.0.1:8080/',
  mqttUrl: 'mqtt://127.0.0.1:1883',
  signIn: { email: 'a@b.org', password: { kind: 'as-before' } as const },
  devices: 200,
  dataFolder: '/data',
  logFolder: '/data/logs',
  serverDescriptions: ['Redis', 'PostgreSQL'],
  secondsToStart: 3.21,
}

test('the screen tells page, sign-in, data, logs, servers and how to stop', () => {
  const text = startScreen(facts, plain).join('\n')
  for (const part of [
    'http://127.0.0.1:8080/',
    'a@b.org, password as before',
    '/data/logs',
    'PostgreSQL',
    'Ctrl-C',
    '3.2 s',
  ]) {
    expect(text).toContain(part)
  }
})

test('a password that was made is shown; a given one is not', () => {
  const made = { email: 'a@b.org', password: { kind: 'made', text: 'xyz' } as const }
  expect(startScreen({ ...facts, signIn: made }, plain).join('\n')).toContain('password: xyz')
  const given = { email: 'a@b.org', password: { kind: 'given' } as const }
  expect(startScreen({ ...facts, signIn: given }, plain).join('\n')).toContain('from STELLA_ADMIN_PASSWORD')
})

test('without a simulator the screen says where devices report', () => {
  expect(startScreen({ ...facts, devices: 0 }, plain).join('\n')).toContain(
    'none simulated; MQTT at mqtt://127.0.0.1:1883',
  )
})
