/** What a simulation has done so far; counters only grow. */
export interface Statistics {
  devices: number
  connected: number
  sent: number
  acknowledged: number
  /** Sent and not acknowledged yet. */
  unacknowledged: number
  /** Made and not sent: the device is not connected, or its window is full. */
  waiting: number
  /** Thrown away because a device's memory was full. */
  dropped: number
  /** Connections lost or refused without a fault's doing. */
  errors: number
  lastError: string | undefined
  /** Share of the past that is loaded, 0 to 1; undefined if none is to be loaded. */
  backfill: number | undefined
}

export function emptyStatistics(devices: number): Statistics {
  return {
    devices,
    connected: 0,
    sent: 0,
    acknowledged: 0,
    unacknowledged: 0,
    waiting: 0,
    dropped: 0,
    errors: 0,
    lastError: undefined,
    backfill: undefined,
  }
}
