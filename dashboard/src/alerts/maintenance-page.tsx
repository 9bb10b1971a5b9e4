import { useEffect } from 'react'

export function MaintenancePage() {
  useEffect(() => {
    document.title = 'Maintenance · StellaControl'
  }, [])
  return <section className="card" aria-label="Maintenance" />
}
