import { useEffect } from 'react'

export function RulesPage() {
  useEffect(() => {
    document.title = 'Rules · StellaControl'
  }, [])
  return <section className="card" aria-label="Rules" />
}
