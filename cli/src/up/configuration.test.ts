import { expect, test } from 'vitest'
import { dataFolderOf, readUpConfiguration } from './configuration.ts'

const place = { workingFolder: '/home/ann', checkout: '/opt/stella' }

function problemsOf(environment: Record<string, string>): string[] {
  try {
    readUpConfiguration(environment, place)
  } catch (error) {
    return (error as Error).message.split('\n')
  }
  return []
}

test('an empty environment starts everything with the documented values', () => {
  expect(readUpConfiguration({}, place)).toEqual({
    httpPort: 8080,
    mqttPort: 1883,
    dataFolder: '/opt/stella/data',
    simulatedDevices: 200,
    administrator: { email: 'admin@stellacontrol.local', password: undefined },
    queueMemoryBytes: 1024 ** 3,
    stateMemoryBytes: 2 * 1024 ** 3,
    postgresSource: 'auto',
    given: {},
  })
})

test('all wrong variables are reported together, by name and never by value', () => {
  const secret = 'short'
  const lines = problemsOf({
    STELLA_HTTP_PORT: 'eighty',
    STELLA_SIMULATE: '10001',
    STELLA_ADMIN_PASSWORD: secret,
    STELLA_ADMIN_EMAIL: 'nobody',
    STELLA_POSTGRES: 'oracle',
    DATABASE_URL: 'mysql://user:hunter2@host/db',
  })
  expect(lines.map((line) => line.split(':')[0]).sort()).toEqual([
    'DATABASE_URL',
    'STELLA_ADMIN_EMAIL',
    'STELLA_ADMIN_PASSWORD',
    'STELLA_HTTP_PORT',
    'STELLA_POSTGRES',
    'STELLA_SIMULATE',
  ])
  expect(lines.join()).not.toMatch(/hunter2|eighty|oracle|short/)
})

test('the web page and the devices cannot share a port', () => {
  expect(problemsOf({ STELLA_HTTP_PORT: '9000', STELLA_MQTT_PORT: '9000' })).toEqual([
    'STELLA_MQTT_PORT: expected another port than STELLA_HTTP_PORT',
  ])
})

test('without a port for unencrypted devices there must be one for encrypted ones', () => {
  expect(problemsOf({ STELLA_MQTT_PORT: 'none' })).toEqual([
    'STELLA_MQTT_PORT is none, so STELLA_MQTT_TLS_CERT and _KEY must be set',
  ])
  const tls = { STELLA_MQTT_PORT: 'none', STELLA_MQTT_TLS_CERT: 'server.pem' }
  expect(readUpConfiguration(tls, place)).toMatchObject({ mqttPort: undefined, mqttTlsPort: 8883 })
  expect(problemsOf({ ...tls, STELLA_MQTT_TLS_PORT: '8080' })).toHaveLength(1)
  expect(problemsOf({ STELLA_MQTT_PORT: 'nothing' })[0]).toContain('STELLA_MQTT_PORT')
})

test('an empty variable counts as not set', () => {
  expect(problemsOf({ STELLA_HTTP_PORT: '', STELLA_ADMIN_PASSWORD: '' })).toEqual([])
})

test('a relative data folder is seen from where the command was typed', () => {
  expect(dataFolderOf('fleet', place)).toBe('/home/ann/fleet')
  expect(dataFolderOf('/var/fleet', place)).toBe('/var/fleet')
  expect(dataFolderOf(undefined, place)).toBe('/opt/stella/data')
})
