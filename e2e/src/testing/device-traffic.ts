import { type DeviceStatus, encodeReport, type Report, uplinkTopic } from '@stellacontrol/protocol'
import { redisCommand, waitFor } from '@stellacontrol/test-servers'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { readLedgerCounts } from '../chaos/ledger-counts.ts'
import { keys, viewQueue } from '../chaos/servers-view.ts'
import type { Stack, StackDevice } from '../stack/stack.ts'

const deadlineMs = 30_000

/** A device's connection by a foreign client, MQTT.js; it does not reconnect. */
export function connectDevice(
  stack: Stack,
  { serial, secret }: StackDevice,
  more: IClientOptions = {},
): Promise<MqttClient> {
  return mqtt.connectAsync(`mqtt://127.0.0.1:${stack.mqttPorts[0]}`, {
    ...{ clientId: serial, username: serial, password: secret },
    reconnectPeriod: 0,
    connectTimeout: deadlineMs,
    protocolVersion: 4,
    ...more,
  })
}

/** Resolves when PUBACK has arrived. */
export async function publish(client: MqttClient, serial: string, payload: Uint8Array): Promise<void> {
  await client.publishAsync(uplinkTopic(serial, 'report'), Buffer.from(payload), { qos: 1 })
}

/** A small report with two bands; `change` wins. */
export function sampleReport(change: Report & { bootId: number; seq: number }): Uint8Array {
  return encodeReport({
    sentAtMs: Date.now(),
    uptimeS: 600 + change.seq,
    mode: 1,
    intervalS: 600,
    device: { model: 'iR5', firmwareVersion: '4.2.1' },
    environment: { boardTemperatureDc: 483 },
    bands: [
      { band: 20, state: 3, gainSetDb10: 700, gainActualDb10: 694, downlinkInDbm10: -612 },
      { band: 8, state: 3, gainSetDb10: 700, gainActualDb10: 700, downlinkInDbm10: -633 },
    ],
    ...change,
  })
}

/** The latest status of a device, from Redis; undefined if there is none. */
export async function statusOf({ state }: Stack, serial: string): Promise<DeviceStatus | undefined> {
  const json = await redisCommand(state.port, 'GET', keys.status(serial))
  return typeof json === 'string' ? (JSON.parse(json) as DeviceStatus) : undefined
}

/** Waits until the latest status of a device is this report, and nothing waits in the queue any more. */
export async function settledAt(stack: Stack, serial: string, bootId: number, sequence: number): Promise<DeviceStatus> {
  const status = await waitFor(
    async () => {
      const known = await statusOf(stack, serial)
      return known?.bootId === bootId && known.sequence === sequence ? known : undefined
    },
    { what: `report ${sequence} of boot ${bootId} to be the status of ${serial}`, deadlineMs },
  )
  await queueDrained(stack)
  return status
}

export async function queueDrained(stack: Stack): Promise<void> {
  await waitFor(async () => (await viewQueue(stack)).queued === 0, { what: 'the queue to drain', deadlineMs })
}

export interface StoredRow {
  bootId: number
  seq: number
  /** Epoch ms. */
  at: number
}

/** What the history has of a device, oldest boot and report first. */
export async function storedOf({ database }: Stack, serial: string): Promise<StoredRow[]> {
  return database.query<StoredRow>(
    `select boot_id as "bootId", seq, at
     from (select device_id, boot_id, seq, at from report union all select device_id, boot_id, seq, at from report_live) as stored
     join device on device.id = device_id where serial = $1 order by boot_id, seq, at`,
    [serial],
  )
}

/** Reasons and bytes of what was set aside of a device, oldest first. */
export async function setAsideOf({ database }: Stack, serial: string): Promise<{ reason: string; payload: Buffer }[]> {
  return database.query('select reason, payload from set_aside where serial = $1 order by id', [serial])
}

/** How far the ledger is from balance: 0. */
export async function ledgerDifference(stack: Stack): Promise<number> {
  const { appended, stored, duplicates, setAside, expired, queued } = await readLedgerCounts(stack)
  return appended - stored - duplicates - setAside - expired - queued
}
