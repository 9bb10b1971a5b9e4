import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { addCertificate, findDeviceCredentials } from '@stellacontrol/database'
import { readDeviceCertificate, startService } from '@stellacontrol/runtime'
import { freePort, temporaryFolder, waitFor } from '@stellacontrol/test-servers'
import { createAuthority, type IssuedCertificate, issueCertificate } from '@stellacontrol/test-servers/certificates'
import { createRevocationList } from '@stellacontrol/test-servers/revocation-list'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReceiver } from './receiver.ts'
import { devices, startTestReceiver, type TestReceiver } from './testing/test-receiver.ts'

const folder = temporaryFolder()
const files = {
  STELLA_MQTT_TLS_CERT: join(folder, 'server.pem'),
  STELLA_MQTT_TLS_KEY: join(folder, 'server.key'),
  STELLA_MQTT_CLIENT_CA: join(folder, 'ca.pem'),
  STELLA_MQTT_CLIENT_CRL: join(folder, 'revoked.crl'),
}
let receiver: TestReceiver
let authority: IssuedCertificate
let second: IssuedCertificate
let port: number

beforeAll(async () => {
  authority = await createAuthority({ commonName: 'First authority', days: 2 })
  second = await createAuthority({ commonName: 'Second authority', days: 2 })
  const wish = { commonName: 'localhost', use: 'server', addresses: ['127.0.0.1'], days: 2 } as const
  const server = await issueCertificate(authority, wish)
  writeFileSync(files.STELLA_MQTT_CLIENT_CA, authority.certificate + second.certificate)
  writeFileSync(files.STELLA_MQTT_TLS_KEY, server.key)
  writeFileSync(files.STELLA_MQTT_TLS_CERT, server.certificate)
  writeFileSync(files.STELLA_MQTT_CLIENT_CRL, await listsOf({}))
  port = await freePort()
  receiver = await startTestReceiver({ ...files, STELLA_MQTT_TLS_PORT: String(port) })
})
afterAll(() => receiver[Symbol.asyncDispose]())

/** The lists of both authorities. */
async function listsOf({ ofFirst = [], ofSecond = [], days = 1 }: ListWish): Promise<string> {
  const first = await createRevocationList(authority, { certificates: ofFirst, days })
  return first + (await createRevocationList(second, { certificates: ofSecond, days: 1 }))
}
interface ListWish {
  ofFirst?: string[]
  ofSecond?: string[]
  days?: number
}
/** The file is watched; the signal is what makes the test quick. */
async function publishLists(wish: ListWish): Promise<void> {
  writeFileSync(files.STELLA_MQTT_CLIENT_CRL, await listsOf(wish))
  process.emit('SIGHUP')
}
const deviceAt = (index: number) => devices[index] as (typeof devices)[number]
const connect = (index: number, options: object): Promise<MqttClient> =>
  mqtt.connectAsync(`mqtts://127.0.0.1:${port}`, {
    ...{ clientId: deviceAt(index).serial, username: deviceAt(index).serial, ca: authority.certificate },
    ...{ reconnectPeriod: 0, connectTimeout: 3_000, protocolVersion: 4, ...options },
  })
const isRefused = (attempt: Promise<MqttClient>) => expect(attempt).rejects.toThrow(/Not authorized/)

async function certified(index: number, issuer = authority) {
  const { serial } = deviceAt(index)
  const { certificate: cert, key } = await issueCertificate(issuer, { commonName: serial, use: 'device', days: 1 })
  const { publicKeySha256 } = readDeviceCertificate(new X509Certificate(cert))
  const { deviceId = 0 } = (await findDeviceCredentials(receiver.database, [serial])).get(serial) ?? {}
  await addCertificate(receiver.database, deviceId, { publicKeySha256, expiresAt: Date.now() + 86_400_000 })
  return { cert, key }
}

test('a certificate in a list is refused and its connection ends; those of others, of either authority, stay', async () => {
  const [revoked, valid, ofSecond] = [await certified(0), await certified(1), await certified(2, second)]
  const [gone, stays, other] = [await connect(0, revoked), await connect(1, valid), await connect(2, ofSecond)]
  await publishLists({ ofFirst: [revoked.cert] })
  await waitFor(() => !gone.connected, { what: 'the connection to end', deadlineMs: 1_000 })
  await isRefused(connect(0, revoked))
  await isRefused(connect(0, { ...revoked, password: deviceAt(0).secret }))
  expect([stays.connected, other.connected]).toEqual([true, true])
  await (await connect(1, valid)).endAsync()
  await publishLists({ ofFirst: [revoked.cert], ofSecond: [ofSecond.cert] })
  await waitFor(() => !other.connected, { what: 'the connection to end', deadlineMs: 1_000 })
  await isRefused(connect(2, ofSecond))
})

test('a file that changes is read without a signal, and a broken one changes nothing', async () => {
  const certificate = await certified(3)
  await publishLists({})
  await (await connect(3, certificate)).endAsync()
  const client = await connect(3, certificate)
  writeFileSync(files.STELLA_MQTT_CLIENT_CRL, await listsOf({ ofFirst: [certificate.cert] }))
  await waitFor(() => !client.connected, { what: 'the connection to end' })
  writeFileSync(files.STELLA_MQTT_CLIENT_CRL, 'no list')
  process.emit('SIGHUP')
  await isRefused(connect(3, certificate))
})

test('a list that has ended refuses every certificate of its authority, and nobody else, until there is a new one', async () => {
  const [certificate, ofSecond] = [await certified(4), await certified(5, second)]
  await publishLists({ days: -1 })
  await isRefused(connect(4, certificate))
  await (await connect(4, { password: deviceAt(4).secret })).endAsync()
  await (await connect(5, ofSecond)).endAsync()
  await publishLists({})
  await (await connect(4, certificate)).endAsync()
})

/** A CONNECT that is answered with CONNACK 2. */
const withoutClientId = Buffer.from('100c00044d5154540402003c0000', 'hex')

test.each(['TLSv1.2', 'TLSv1.3'] as const)('a session of %s is not taken up again past the lists', async (version) => {
  await publishLists({})
  const { cert, key } = await certified(6)
  const open = (session?: Buffer) =>
    new Promise<{ isReused: boolean; session: Buffer | undefined }>((resolve, reject) => {
      const options = { cert, key, session, minVersion: version, maxVersion: version }
      const socket: TLSSocket = connectTls({ host: '127.0.0.1', port, ca: authority.certificate, ...options })
      let latest: Buffer | undefined
      let isReused = false
      socket.on('session', (ticket) => {
        latest = ticket
      })
      socket.once('error', reject)
      socket.once('secureConnect', () => {
        isReused = socket.isSessionReused()
        socket.write(withoutClientId)
      })
      socket.once('close', () => resolve({ isReused, session: latest }))
      // The answer comes after every ticket of the handshake.
      socket.once('data', () => socket.destroy())
    })
  const first = await open()
  expect((await open(first.session)).isReused).toBe(false)
})

test('lists without an authority, and a file that is none, are refused at the start', async () => {
  const variables = {
    ...receiver.environment,
    STELLA_MQTT_PORT: 'none',
    STELLA_MQTT_TLS_PORT: String(await freePort()),
  }
  const alone = { ...variables, STELLA_MQTT_CLIENT_CA: '' }
  await expect(startService('message-receiver', alone, openReceiver)).rejects.toMatchObject({
    code: 'configuration-invalid',
  })
  const wrong = { ...variables, STELLA_MQTT_CLIENT_CRL: files.STELLA_MQTT_CLIENT_CA }
  await expect(startService('message-receiver', wrong, openReceiver)).rejects.toMatchObject({
    code: 'certificate-invalid',
  })
})
