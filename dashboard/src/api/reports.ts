import type { MonthlyReport } from '@stellacontrol/protocol'
import { queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

const addressOf = (file: string, organisation: number, month: string) =>
  `/v1/reports/${file}?${new URLSearchParams({ organisation: String(organisation), month })}`

/** A month (`2026-11`, UTC) of an organisation's own boosters. */
export const monthlyReportQuery = (organisation: number, month: string) =>
  queryOptions({
    queryKey: ['monthly-report', organisation, month],
    queryFn: ({ signal }) => request<MonthlyReport>(addressOf('monthly', organisation, month), { signal }),
    staleTime: 60_000,
  })

export const monthlyReportFile = (organisation: number, month: string) => addressOf('monthly.csv', organisation, month)
