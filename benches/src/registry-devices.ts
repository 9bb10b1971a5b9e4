import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setDeviceState, systemScope } from '@stellacontrol/database'
import { type Stack, type StackDevice, startStack } from '@stellacontrol/e2e'
import { MessageType } from '@stellacontrol/protocol'
import { createMessage, openRedis, publishMessage } from '@stellacontrol/redis'
import { MqttConnection } from '@stellacontrol/simulator'
import { freePort, temporaryFolder, waitFor } from '@stellacontrol/test-servers'
import { createAuthority, issueCertificate } from '@stellacontrol/test-servers/certificates'
import { Load } from './load.ts'
import { usageOfTree } from './process-usage.ts'

const tlsDevices = 10_000
const revocations = 200
const wantedRssMiB = 1_024

/**
 * 10,000 devices over TLS on one receiver, and among them devices that are revoked: from before the change in the
 * registry to the moment in which the device sees its connection closed.
 */
export async function registryDevicesBench(devices = tlsDevices) {
  const folder = temporaryFolder()
  const { authority, files } = await makeCertificates(folder)
  const tlsPort = await freePort()
  const variables = {
    ...files,
    STELLA_MQTT_TLS_PORT: String(tlsPort),
    STELLA_MQTT_CONNECTS_PER_SECOND: '5000',
    STELLA_LOG_LEVEL: 'warn',
  }
  await using stack = await startStack({ devices, processors: 0, environment: variables, folder })
  const startedAt = performance.now()
  const load = await Load.connect(stack, { inFlight: 1, ports: [tlsPort], authority })
  const connectSeconds = (performance.now() - startedAt) / 1_000
  const { connected } = await load.report()
  const rssMiB = usageOfTree(stack.receivers[0]?.pid ?? 0).rssMiB
  const revokeToDisconnectMs = await measureRevocations(stack, tlsPort, authority)
  return {
    revokeToDisconnectMs,
    tlsDevices: { connected, rssMiB, wantedRssMiB, connectSeconds: Math.round(connectSeconds * 10) / 10 },
  }
}

async function makeCertificates(folder: string) {
  mkdirSync(folder, { recursive: true })
  const authority = await createAuthority({ commonName: 'Bench authority', days: 1 })
  const wish = { commonName: 'localhost', use: 'server', addresses: ['127.0.0.1'], days: 1 } as const
  const server = await issueCertificate(authority, wish)
  const files = {
    STELLA_MQTT_TLS_CERT: join(folder, 'server.pem'),
    STELLA_MQTT_TLS_KEY: join(folder, 'server.key'),
    STELLA_MQTT_CLIENT_CA: join(folder, 'ca.pem'),
  }
  writeFileSync(files.STELLA_MQTT_TLS_CERT, server.certificate)
  writeFileSync(files.STELLA_MQTT_TLS_KEY, server.key)
  writeFileSync(files.STELLA_MQTT_CLIENT_CA, authority.certificate)
  return { authority: authority.certificate, files }
}

/** Takes the connection of each of the first devices over, as these would themselves, and revokes them one after the other. */
async function measureRevocations(stack: Stack, port: number, authority: string) {
  await using redis = openRedis({ name: 'bench', environment: stack.environment })
  await redis.state.ready()
  const durations: number[] = []
  for (const device of stack.devices.slice(0, revocations)) {
    durations.push(await revoke(stack, device, { port, authority }))
  }
  durations.sort((left, right) => left - right)
  const at = (share: number) => Math.round((durations[Math.ceil(durations.length * share) - 1] ?? 0) * 10) / 10
  return { p50: at(0.5), p99: at(0.99) }
}

async function revoke(
  { database }: Stack,
  { serial, secret }: StackDevice,
  { port, authority }: { port: number; authority: string },
): Promise<number> {
  let endedAt: number | undefined
  const connection = new MqttConnection({
    ...{ host: '127.0.0.1', port, tls: { ca: authority }, reconnect: false },
    ...{ clientId: serial, username: serial, password: secret },
    onDisconnected: () => {
      endedAt = performance.now()
    },
  })
  connection.open()
  await waitFor(() => connection.isConnected, { what: `${serial} to connect` })
  const startedAt = performance.now()
  await setDeviceState(database, systemScope, serial, 'revoked')
  await publishMessage({ message: createMessage(MessageType.DeviceAccessChanged, { serialNumber: serial }) })
  return waitFor(() => endedAt && endedAt - startedAt, { what: `${serial} to be let go`, intervalMs: 1 })
}
