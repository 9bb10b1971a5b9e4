import { createServer } from 'node:net'
import { freePort } from '@stellacontrol/test-servers'
import { expect, test } from 'vitest'
import { checkPorts, describeRefusal } from './ports.ts'

const want = (port: number) => ({ variable: 'STELLA_HTTP_PORT', port, purpose: 'web page' })

test('a free port is accepted', async () => {
  await expect(checkPorts([want(await freePort())])).resolves.toBeUndefined()
})

test('a taken port is one line with the port and the variable, and exit code 1', async () => {
  const port = await freePort()
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  try {
    await expect(checkPorts([want(port)])).rejects.toMatchObject({
      exitCode: 1,
      message: `Port ${port} (web page) is taken by another program: set STELLA_HTTP_PORT to a free one.`,
    })
  } finally {
    other.close()
  }
})

test('a port that needs more rights says so', () => {
  expect(describeRefusal(want(80), 'EACCES')).toMatch(/above 1023/)
  expect(describeRefusal(want(80), undefined)).toBeUndefined()
})
