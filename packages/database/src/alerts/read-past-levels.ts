import type { Queries } from '../database.ts'
import { bandMetrics } from '../history/history-layout.ts'

/** The mean of a band's downlink output over an hour. */
export interface PastLevel {
  serial: string
  /** 3GPP number. */
  band: number
  /** Epoch ms of the hour's beginning. */
  at: number
  /** dBm. */
  mean: number
  reports: number
}

/** Hourly downlink levels of devices since a moment (epoch ms), by device, band and time. For services that act for nobody. */
export function readPastLevels(queries: Queries, serials: readonly string[], since: number): Promise<PastLevel[]> {
  const { storedScale, rollupColumn } = bandMetrics.downlinkOutputDbm
  return queries.query<PastLevel>(
    `select serial, band, hour as at, (${rollupColumn}_avg / ${storedScale}::float8) as mean, samples as reports
     from band_hour join device on device.id = device_id
     where serial = any($1) and hour >= to_timestamp($2) and ${rollupColumn}_avg <> -32768
     order by device_id, band, hour`,
    [serials, since / 1000],
  )
}
