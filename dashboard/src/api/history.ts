import type { History } from '@stellacontrol/protocol'
import { queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

/** The time spans a chart can show; the key stands in the address. */
export const ranges = {
  '1h': { label: '1 h', words: 'last hour', lengthMs: 3_600_000 },
  '24h': { label: '24 h', words: 'last 24 hours', lengthMs: 86_400_000 },
  '7d': { label: '7 d', words: 'last 7 days', lengthMs: 7 * 86_400_000 },
  '30d': { label: '30 d', words: 'last 30 days', lengthMs: 30 * 86_400_000 },
} as const
export type Range = keyof typeof ranges

/** Points per series: about one per pixel and a half of a wide chart. */
const pointsPerSeries = 500

/** Values of the past of one device up to now. Repeating it slides the window. */
export const historyQuery = (serial: string, range: Range, metrics: readonly string[]) =>
  queryOptions({
    queryKey: ['history', serial, range, metrics.join(',')],
    queryFn: ({ signal }): Promise<History> => {
      const to = Date.now()
      const parameters = new URLSearchParams({
        from: new Date(to - ranges[range].lengthMs).toISOString(),
        to: new Date(to).toISOString(),
        metrics: metrics.join(','),
        points: String(pointsPerSeries),
      })
      return request<History>(`/v1/devices/${encodeURIComponent(serial)}/history?${parameters}`, { signal })
    },
    staleTime: 60_000,
  })
