import { useEffect } from 'react'

export function InboxPage() {
  useEffect(() => {
    document.title = 'Inbox · StellaControl'
  }, [])
  return <section className="card" aria-label="Inbox" />
}
