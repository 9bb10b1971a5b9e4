import type { DeviceStatus } from '@stellacontrol/protocol'

type Word<Value extends string | undefined> = Record<NonNullable<Value>, string>

export const bearerWords: Word<DeviceStatus['modem']['bearer']> = {
  unknown: 'Unknown link',
  ethernet: 'Ethernet',
  gsm: 'GSM',
  wcdma: '3G',
  lte: 'LTE',
  nr: '5G',
  wlan: 'WLAN',
}

export const powerSourceWords: Word<DeviceStatus['power']['source']> = {
  unknown: 'unknown source',
  mains: 'mains adapter',
  dc: 'direct current',
  battery: 'battery',
  poe: 'power over Ethernet',
  solar: 'solar',
}

export const resetReasonWords: Word<DeviceStatus['device']['resetReason']> = {
  unknown: 'unknown',
  power: 'power came back',
  watchdog: 'watchdog',
  command: 'on command',
  firmware: 'new firmware',
  crash: 'crash',
}

export const modeWords: Word<DeviceStatus['mode']> = {
  unknown: 'unknown',
  normal: 'normal',
  live: 'live',
  backfill: 'catching up',
}
