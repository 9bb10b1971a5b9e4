import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { monthlyReportQuery } from '../api/reports.ts'
import { sessionQuery } from '../api/session.ts'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { Report } from './report.tsx'
import { ReportControls } from './report-controls.tsx'
import { monthAfter, monthOf, type ReportSearch, reportedFirst } from './report-search.ts'

const route = getRouteApi('/app/alerts/report')

/** What a month was like for a customer. */
export function ReportPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { organisations, error } = useOrganisationRights()
  const { data: session } = useQuery(sessionQuery)
  useEffect(() => {
    document.title = 'Report · StellaControl'
  }, [])
  useLightPrint()
  const month = search.month ?? monthOf(Date.now(), -1)
  const choose = (next: ReportSearch) => void navigate({ search: { ...search, ...next }, replace: true })
  return (
    <Loaded data={organisations} error={error} what="the organisations" onRetry={() => location.reload()}>
      {(all) => {
        const organisation = search.organisation ?? reportedFirst(all, session?.user.organisation.id)
        if (organisation === undefined) {
          return (
            <EmptyState icon="report" title="No report">
              A report is of an organisation, and you see none.
            </EmptyState>
          )
        }
        return (
          <>
            <ReportControls organisations={all} organisation={organisation} month={month} onChange={choose} />
            <ReportOf organisation={organisation} month={month} />
          </>
        )
      }}
    </Loaded>
  )
}

function ReportOf({ organisation, month }: { organisation: number; month: string }) {
  const { data, error, refetch } = useQuery(monthlyReportQuery(organisation, month))
  const { data: before } = useQuery({ ...monthlyReportQuery(organisation, monthAfter(month, -1)), retry: false })
  return (
    <Loaded data={data} error={error} what="the report" onRetry={() => void refetch()}>
      {(report) => <Report report={report} before={before !== undefined && before.devices > 0 ? before : undefined} />}
    </Loaded>
  )
}

/** Paper is white: the dark theme would print light grey on it. */
function useLightPrint(): void {
  useEffect(() => {
    const { dataset } = document.documentElement
    let chosen: string | undefined
    const ended = new AbortController()
    const { signal } = ended
    const lighten = () => {
      chosen = dataset.theme
      dataset.theme = 'light'
    }
    const restore = () => {
      if (chosen === undefined) delete dataset.theme
      else dataset.theme = chosen
    }
    window.addEventListener('beforeprint', lighten, { signal })
    window.addEventListener('afterprint', restore, { signal })
    return () => ended.abort()
  }, [])
}
