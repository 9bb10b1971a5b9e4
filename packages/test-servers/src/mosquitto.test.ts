import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { startMosquitto } from './mosquitto.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An MQTT 3.1.1 CONNECT of the client "t" and what the broker answers. */
function connectReply(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(Buffer.from('100d00044d5154540402003c000174', 'hex'))
    })
    socket.once('error', reject)
    socket.once('data', (bytes) => {
      socket.destroy()
      resolve(bytes.toString('hex'))
    })
  })
}

test('a broker takes MQTT connections, also after a restart on the same port', async () => {
  await using broker = await startMosquitto({ folder: `${folder}/with blank` })
  expect(await connectReply(broker.port)).toBe('20020000')
  await broker.restart()
  expect(await connectReply(broker.port)).toBe('20020000')
})
