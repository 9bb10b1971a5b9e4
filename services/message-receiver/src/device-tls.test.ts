import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import {
  addCertificate,
  findDeviceCredentials,
  revokeCredential,
  setDeviceState,
  systemScope,
} from '@stellacontrol/database'
import { claimAnswerTopic, claimIdentity, claimTopic, MessageType, uplinkTopic } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { readDeviceCertificate, startService } from '@stellacontrol/runtime'
import { freePort, temporaryFolder, waitFor } from '@stellacontrol/test-servers'
import {
  type CertificateWish,
  createAuthority,
  type IssuedCertificate,
  issueCertificate,
} from '@stellacontrol/test-servers/certificates'
import mqtt, { type IClientOptions } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReceiver } from './receiver.ts'
import { devices, startTestReceiver, type TestReceiver } from './testing/test-receiver.ts'

const folder = temporaryFolder()
const files = {
  STELLA_MQTT_TLS_CERT: join(folder, 'server.pem'),
  STELLA_MQTT_TLS_KEY: join(folder, 'server.key'),
  STELLA_MQTT_CLIENT_CA: join(folder, 'ca.pem'),
}
let receiver: TestReceiver
let authority: IssuedCertificate
let stranger: IssuedCertificate
let port: number

beforeAll(async () => {
  authority = await createAuthority({ commonName: 'Test authority', days: 2 })
  stranger = await createAuthority({ commonName: 'Test authority', days: 2 })
  writeFileSync(files.STELLA_MQTT_CLIENT_CA, authority.certificate)
  await writeServerCertificate()
  port = await freePort()
  receiver = await startTestReceiver({ ...files, STELLA_MQTT_TLS_PORT: String(port) })
})
afterAll(async () => {
  await receiver[Symbol.asyncDispose]()
})

async function writeServerCertificate(): Promise<string> {
  const wish = { commonName: 'localhost', use: 'server', addresses: ['127.0.0.1'], days: 2 } as const
  const issued = await issueCertificate(authority, wish)
  // The key first: a reader in between finds a pair that does not belong together and keeps the old one.
  writeFileSync(files.STELLA_MQTT_TLS_KEY, issued.key)
  writeFileSync(files.STELLA_MQTT_TLS_CERT, issued.certificate)
  return new X509Certificate(issued.certificate).fingerprint256
}

const deviceAt = (index: number) => devices[index] as (typeof devices)[number]
const connect = (index: number, options: IClientOptions = {}) =>
  mqtt.connectAsync(`mqtts://127.0.0.1:${port}`, {
    ...{ clientId: deviceAt(index).serial, username: deviceAt(index).serial, ca: authority.certificate },
    ...{ reconnectPeriod: 0, connectTimeout: 3_000, protocolVersion: 4, ...options },
  })
const withCertificate = ({ certificate: cert, key }: IssuedCertificate): IClientOptions => ({ cert, key })

/** A certificate for a device, and its public key in the registry. */
async function registered(
  index: number,
  more: Partial<CertificateWish> = {},
  issuer: IssuedCertificate | undefined = authority,
) {
  const issued = await issueCertificate(issuer, { commonName: deviceAt(index).serial, use: 'device', days: 1, ...more })
  const { publicKeySha256 } = readDeviceCertificate(new X509Certificate(issued.certificate))
  const found = (await findDeviceCredentials(receiver.database, [deviceAt(index).serial])).get(deviceAt(index).serial)
  const deviceId = found?.deviceId ?? 0
  const id = await addCertificate(receiver.database, deviceId, { publicKeySha256, expiresAt: Date.now() + 86_400_000 })
  return { ...issued, id, deviceId }
}

test('a device connects over TLS with its secret, and with a registered certificate without any', async () => {
  const bySecret = await connect(0, { password: deviceAt(0).secret })
  await bySecret.publishAsync(uplinkTopic(deviceAt(0).serial, 'report'), Buffer.from([8, 1]), { qos: 1 })
  await bySecret.endAsync()
  const byName = await connect(0, withCertificate(await registered(0)))
  await byName.endAsync()
  const uri = `urn:stellacontrol:device:${deviceAt(0).serial}`
  const byUri = await connect(0, withCertificate(await registered(0, { commonName: 'Booster', uris: [uri] })))
  await byUri.endAsync()
})

test.each([
  ['one that has ended', () => registered(1, { days: -1 })],
  ['one of another authority of the same name', () => registered(1, {}, stranger)],
  [
    'one that vouches for itself',
    async () => {
      const issued = await issueCertificate(undefined, { commonName: deviceAt(1).serial, use: 'device', days: 1 })
      return issued
    },
  ],
  ["another device's", () => registered(2)],
  ['one of the server', () => registered(1, { use: 'server' })],
  [
    'one of the right authority whose key nobody registered',
    () => issueCertificate(authority, { commonName: deviceAt(1).serial, use: 'device', days: 1 }),
  ],
  [
    'one whose credential was revoked',
    async () => {
      const issued = await registered(1)
      await revokeCredential(receiver.database, issued.deviceId, issued.id)
      return issued
    },
  ],
])('a certificate is refused: %s, with the right secret beside it too', async (_, make) => {
  const certificate = withCertificate(await make())
  await expect(connect(1, certificate)).rejects.toThrow(/Not authorized/)
  await expect(connect(1, { ...certificate, password: deviceAt(1).secret })).rejects.toThrow(/Not authorized/)
})

test('the connection of a certificate that is revoked ends, and what is older than TLS 1.2 does not begin', async () => {
  const certificate = await registered(3)
  const client = await connect(3, withCertificate(certificate))
  await revokeCredential(receiver.database, certificate.deviceId, certificate.id)
  const message = createMessage(MessageType.DeviceAccessChanged, { serialNumber: deviceAt(3).serial })
  await publishMessage({ message })
  await waitFor(() => !client.connected, { what: 'the connection to end', deadlineMs: 1_000 })
  const outdated = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  await expect(servedFingerprint(outdated)).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' })
})

test.each(['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA'])(
  'a handshake that offers only %s is refused',
  async (cipher) => {
    const weak = { maxVersion: 'TLSv1.2', ciphers: `${cipher}:@SECLEVEL=0`, rejectUnauthorized: false } as const
    await expect(servedFingerprint(weak)).rejects.toMatchObject({ code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' })
  },
)

test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
  expect(await servedFingerprint({ minVersion: version, maxVersion: version })).toBeDefined()
})

test('a certificate that changes is used for new connections, broken files change nothing, and no connection is lost', async () => {
  const client = await connect(4, { password: deviceAt(4).secret })
  const before = await servedFingerprint()
  const changed = await writeServerCertificate()
  process.emit('SIGHUP')
  await waitFor(async () => (await servedFingerprint()) === changed, { what: 'the new certificate' })
  expect(changed).not.toBe(before)
  writeFileSync(files.STELLA_MQTT_TLS_CERT, 'no certificate')
  process.emit('SIGHUP')
  expect(await servedFingerprint()).toBe(changed)
  // Nobody sends a signal: the file itself is watched.
  const again = await writeServerCertificate()
  await waitFor(async () => (await servedFingerprint()) === again, { what: 'the newest certificate' })
  await client.publishAsync(uplinkTopic(deviceAt(4).serial, 'report'), Buffer.from([8, 1]), { qos: 1 })
  expect(client.connected).toBe(true)
  await client.endAsync()
})

function servedFingerprint(options: ConnectionOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connectTls({ host: '127.0.0.1', port, ca: authority.certificate, ...options }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

test('a claimed device is given a secret of its own over TLS, and its first use ends the one of the factory', async () => {
  const { serial, secret } = deviceAt(5)
  await setDeviceState(receiver.database, systemScope, serial, 'claimed')
  const identity = { clientId: claimIdentity(serial), username: claimIdentity(serial), password: secret }
  const client = await connect(5, identity)
  const answers: { state: string; secret: string }[] = []
  client.on('message', (_, payload) => answers.push(JSON.parse(payload.toString())))
  await client.subscribeAsync(claimAnswerTopic(serial), { qos: 1 })
  await client.publishAsync(claimTopic(serial), Buffer.alloc(0), { qos: 1 })
  await waitFor(() => answers.length === 1, { what: 'the answer' })
  expect(answers[0]?.state).toBe('claimed')
  const own = answers[0]?.secret ?? ''
  await (await connect(5, { password: secret })).endAsync()
  await (await connect(5, { password: own })).endAsync()
  await expect(connect(5, { password: secret })).rejects.toThrow(/Not authorized/)
  await client.endAsync(true)
})

test('the port without encryption can be switched off, and half of a pair of files is refused', async () => {
  const tlsPort = String(await freePort())
  const variables = { ...receiver.environment, STELLA_MQTT_PORT: 'none', STELLA_MQTT_TLS_PORT: tlsPort }
  await using _ = await startService('message-receiver', variables, openReceiver)
  const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${tlsPort}`, {
    ...{ clientId: deviceAt(6).serial, username: deviceAt(6).serial, password: deviceAt(6).secret },
    ...{ ca: authority.certificate, reconnectPeriod: 0 },
  })
  await client.endAsync()
  const half = { ...variables, STELLA_MQTT_TLS_KEY: '' }
  await expect(startService('message-receiver', half, openReceiver)).rejects.toMatchObject({
    code: 'configuration-invalid',
  })
  const wrong = { ...variables, STELLA_MQTT_TLS_KEY: join(folder, 'nowhere') }
  await expect(startService('message-receiver', wrong, openReceiver)).rejects.toMatchObject({
    code: 'certificate-unreadable',
  })
})
