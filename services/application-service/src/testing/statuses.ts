import { type DeviceStatus, MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'

/** A status of an iR5 as a processor makes it; `changes` lie over it. */
export function statusOf(serial: string, sequence: number, changes: Partial<DeviceStatus> = {}): DeviceStatus {
  const now = new Date().toISOString()
  return {
    bootId: 1,
    sequence,
    serial,
    at: now,
    receivedAt: now,
    mode: 'normal',
    intervalSeconds: 600,
    model: 'iR5',
    firmwareVersion: '4.2.1',
    severity: 'normal',
    findings: [],
    device: { cpuLoadPercent: 20 },
    environment: { boardCelsius: 40 + (sequence % 10) },
    power: { source: 'mains', supplyVolts: 24 },
    bands: ['B1', 'B3', 'B7', 'B8', 'B20'].map((band, index) => ({
      band,
      enabled: true,
      state: 'active' as const,
      gainSetDb: 70,
      gainMaximumDb: 75,
      gainActualDb: 70 - index,
      isolationDb: 92,
      isolationMarginDb: 22 + index,
    })),
    modem: { bearer: 'lte', rsrpDbm: -95 },
    ...changes,
  }
}

/** Accepts a status as the processor does. */
export function publishStatus(serial: string, sequence: number, changes: Partial<DeviceStatus> = {}): Promise<void> {
  return publishMessage({ message: createMessage(MessageType.DeviceStatus, statusOf(serial, sequence, changes)) })
}
