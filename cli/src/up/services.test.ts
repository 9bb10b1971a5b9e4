import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@stellacontrol/test-servers'
import { expect, test } from 'vitest'
import { readUpConfiguration } from './configuration.ts'
import { deviceAddressOf } from './device-address.ts'
import { planServices, planSimulator } from './services.ts'
import { connectionFacts, wantedPorts } from './up.ts'

const place = { workingFolder: '/', checkout: '/' }
const servers = { queueUrl: 'redis://q', stateUrl: 'redis://s', databaseUrl: 'postgres://d' }

test('services without an HTTP server of their own get a health port each', async () => {
  let port = 5_000
  const services = await planServices({ WORD: 'x' }, 8_080, async () => ++port)
  expect(services.map(({ specification: { name }, readyUrl }) => [name, readyUrl])).toEqual([
    ['message-receiver', 'http://127.0.0.1:5001/readyz'],
    ['message-processor', 'http://127.0.0.1:5002/readyz'],
    ['alert-monitor', 'http://127.0.0.1:5003/readyz'],
    ['notification-service', 'http://127.0.0.1:5004/readyz'],
    ['application-service', 'http://127.0.0.1:8080/readyz'],
  ])
  expect(services.map(({ specification }) => specification.environment.STELLA_HEALTH_PORT)).toEqual([
    '5001',
    '5002',
    '5003',
    '5004',
    undefined,
  ])
  expect(services[0]?.specification.environment.WORD).toBe('x')
})

test('the simulator reports every ten seconds, five devices live, after a week of past', () => {
  const options = { environment: {}, fleetFile: 'f', stateFolder: 's' }
  const { arguments: words } = planSimulator({ ...options, address: { url: 'mqtt://m' } })
  expect(words?.join(' ')).toBe('--fleet f --mqtt mqtt://m --state s --interval-seconds 10 --live 5 --backfill-days 7')
})

test('without a port for unencrypted devices the simulated fleet comes over TLS, and trusts the authority in the data folder', () => {
  const folder = temporaryFolder()
  const tlsOnly = { STELLA_MQTT_PORT: 'none', STELLA_MQTT_TLS_CERT: 'c', STELLA_MQTT_TLS_PORT: '8884' }
  const configuration = readUpConfiguration(tlsOnly, place)
  expect(wantedPorts(configuration).map(({ variable }) => variable)).toEqual([
    'STELLA_HTTP_PORT',
    'STELLA_MQTT_TLS_PORT',
  ])
  const facts = connectionFacts(configuration, servers)
  expect(facts).toMatchObject({ STELLA_MQTT_PORT: 'none', STELLA_MQTT_TLS_PORT: '8884' })
  const address = () =>
    deviceAddressOf({ brokerUrl: undefined, port: facts.STELLA_MQTT_PORT, tlsPort: '8884', dataFolder: folder })
  expect(address()).toEqual({ url: 'mqtts://localhost:8884' })
  const authority = join(folder, 'certificates', 'authority.pem')
  mkdirSync(join(folder, 'certificates'))
  writeFileSync(authority, '')
  expect(address()).toEqual({ url: 'mqtts://localhost:8884', authority })
  const simulator = planSimulator({ environment: {}, fleetFile: 'f', stateFolder: 's', address: address() })
  expect(simulator.arguments?.join(' ')).toContain(`--mqtt mqtts://localhost:8884 --ca ${authority}`)
})

test('with an external broker no port for devices is needed, and the services are told its address', () => {
  const own = readUpConfiguration({}, place)
  expect(wantedPorts(own).map(({ variable }) => variable)).toEqual(['STELLA_HTTP_PORT', 'STELLA_MQTT_PORT'])
  expect(connectionFacts(own, servers)).not.toHaveProperty('MQTT_URL')
  const external = readUpConfiguration({ MQTT_URL: 'mqtt://broker:1883' }, place)
  expect(wantedPorts(external).map(({ variable }) => variable)).toEqual(['STELLA_HTTP_PORT'])
  expect(connectionFacts(external, servers)).toMatchObject({
    MQTT_URL: 'mqtt://broker:1883',
    DATABASE_URL: 'postgres://d',
  })
})
