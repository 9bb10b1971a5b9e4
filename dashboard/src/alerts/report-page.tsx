import { useEffect } from 'react'

export function ReportPage() {
  useEffect(() => {
    document.title = 'Report · StellaControl'
  }, [])
  return <section className="card" aria-label="Report" />
}
