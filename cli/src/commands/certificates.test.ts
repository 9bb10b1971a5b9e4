import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readRevocationLists } from '@stellacontrol/runtime'
import { temporaryFolder } from '@stellacontrol/test-servers'
import { expect, test } from 'vitest'
import { runCommandLine } from '../command-line.ts'
import { createOutput } from '../output.ts'

function commandLine() {
  const folder = join(temporaryFolder(), 'data')
  const run = async (...words: string[]) => {
    const out: string[] = []
    const stream = { write: (text: string) => void out.push(text) }
    const output = createOutput({ out: stream, talk: stream, noColor: true })
    const variables = { STELLA_DATA_DIR: folder }
    const code = await runCommandLine(['certificates', ...words], variables, output, new AbortController().signal)
    return { code, text: out.join('') }
  }
  return { folder, run }
}

test('an authority, a server and a device: each belongs to the one before, only for the eyes of their owner', async () => {
  const { folder, run } = commandLine()
  const certificate = (name: string) => new X509Certificate(readFileSync(join(folder, 'certificates', `${name}.pem`)))
  expect(await run('server')).toMatchObject({ code: 3, text: expect.stringContaining('certificates init') })
  expect((await run('init')).code).toBe(0)
  expect((await run('server', '--name', 'stella.example', '--address', '192.0.2.7')).code).toBe(0)
  expect((await run('device', 'hn8ab12cd')).code).toBe(0)
  const authority = certificate('authority')
  expect(certificate('server').verify(authority.publicKey)).toBe(true)
  expect(certificate('server').checkHost('stella.example')).toBe('stella.example')
  expect(certificate('server').checkIP('192.0.2.7')).toBe('192.0.2.7')
  expect(certificate('HN8AB12CD').checkIssued(authority)).toBe(true)
  expect(certificate('HN8AB12CD').subjectAltName).toBe('URI:urn:stellacontrol:device:HN8AB12CD')
  for (const name of ['authority.key', 'server.key', 'HN8AB12CD.key', 'authority.pem']) {
    expect(statSync(join(folder, 'certificates', name)).mode & 0o777, name).toBe(0o600)
  }
  const before = certificate('authority').fingerprint256
  expect((await run('init')).code).toBe(1)
  expect(certificate('authority').fingerprint256).toBe(before)
  expect((await run('device', 'x')).code).toBe(2)
  expect((await run('show')).text).toMatch(/HN8AB12CD/)
})

test('a revoked certificate stands in the list and stays there when it is made anew', async () => {
  const { folder, run } = commandLine()
  for (const words of [['init'], ['device', 'HA-0001'], ['device', 'HA-0002']]) await run(...words)
  const listed = () => readRevocationLists(readFileSync(join(folder, 'certificates', 'revoked.crl'), 'utf8'))[0]
  const serialOf = (name: string) =>
    new X509Certificate(readFileSync(join(folder, 'certificates', `${name}.pem`))).serialNumber
  expect((await run('revoke', 'HA-0003')).code).toBe(3)
  expect((await run('revoke', 'ha-0001')).code).toBe(0)
  expect(listed()?.serialNumbers).toEqual([serialOf('HA-0001')])
  expect((await run('revoke', '--days', '60')).code).toBe(0)
  expect(listed()?.serialNumbers).toEqual([serialOf('HA-0001')])
  expect(listed()?.endsAt ?? 0).toBeGreaterThan(Date.now() + 59 * 86_400_000)
  await run('revoke', 'HA-0002')
  expect(listed()?.serialNumbers.toSorted()).toEqual([serialOf('HA-0001'), serialOf('HA-0002')].toSorted())
  expect((await run('revoke', '--days', 'x')).code).toBe(2)
})
