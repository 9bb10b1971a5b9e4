import { type DeviceStatus, defaultIntervalSeconds } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import { historyQuery, type Range, ranges } from '../api/history.ts'
import { type ChartData, type LiveSample, mergeHistory, type Sample } from '../charts/chart-data.ts'

/** Enough for an hour of a report every second and what came while the history loaded. */
const mostSamples = 4_000

export interface ChartSource {
  data: ChartData | undefined
  error: Error | null
  retry: () => void
  /** Ends of the time axis, epoch ms. */
  from: number
  to: number
}

/** The metrics of the charts of one band; the isolation margin is worked out from isolation and gain. */
function chartMetrics(band: string | undefined): string[] {
  const ofBand = ['downlinkOutputDbm', 'downlinkInputDbm', 'gainActualDb', 'gainSetDb', 'isolationDb']
  return ['boardCelsius', ...(band === undefined ? [] : ofBand.map((name) => `${band}.${name}`))]
}

/** The past of a range and every report since, growing while the page is open. `now` is the service's time. */
export function useChartData(
  serial: string,
  range: Range,
  band: string | undefined,
  status: DeviceStatus | null,
  now: number,
): ChartSource {
  const metrics = useMemo(() => chartMetrics(band), [band])
  const { data: history, error, refetch } = useQuery(historyQuery(serial, range, metrics))
  const samples = useLiveSamples(status)
  const intervalMs = (status?.intervalSeconds ?? defaultIntervalSeconds) * 1000
  const newest = samples.at(-1)?.at
  const data = useMemo(
    () => (history === undefined || newest === 0 ? undefined : mergeHistory(history, samples, intervalMs)),
    [history, samples, newest, intervalMs],
  )
  return { data, error, retry: () => void refetch(), from: now - ranges[range].lengthMs, to: now }
}

/** Every status that was shown, as samples; the list grows in place. */
function useLiveSamples(status: DeviceStatus | null): LiveSample[] {
  const samples = useRef<LiveSample[]>([])
  if (status !== null) {
    const at = Date.parse(status.at)
    const newest = samples.current.at(-1)
    if (newest === undefined || at > newest.at) {
      samples.current.push({ at, values: sampleValues(status) })
      if (samples.current.length > mostSamples) samples.current.splice(0, mostSamples / 4)
    }
  }
  return samples.current
}

/** The charted values of a status, named like the metrics of the history. */
function sampleValues(status: DeviceStatus): Record<string, Sample | undefined> {
  const values: Record<string, Sample | undefined> = { boardCelsius: single(status.environment.boardCelsius) }
  for (const band of status.bands) {
    values[`${band.band}.gainActualDb`] = single(band.gainActualDb)
    values[`${band.band}.gainSetDb`] = single(band.gainSetDb)
    values[`${band.band}.isolationDb`] = single(band.isolationDb)
    values[`${band.band}.downlinkInputDbm`] = level(band.downlinkInputDbm)
    values[`${band.band}.downlinkOutputDbm`] = level(band.downlinkOutputDbm)
  }
  return values
}

function single(value: number | undefined): Sample | undefined {
  return value === undefined ? undefined : { minimum: value, average: value, maximum: value }
}

function level(value: { minimum?: number | undefined; average: number; maximum?: number | undefined } | undefined) {
  if (value === undefined) return undefined
  return { minimum: value.minimum ?? value.average, average: value.average, maximum: value.maximum ?? value.average }
}
