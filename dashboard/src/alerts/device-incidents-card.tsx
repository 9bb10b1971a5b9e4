import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { deviceIncidentsQuery } from '../api/alerts.ts'
import { useAlertNews, useServerNow } from '../live/live-context.tsx'
import { Icon } from '../shell/icon.tsx'
import { alertSeverityWords } from '../words/alert-words.ts'
import { formatNumber } from '../words/numbers.ts'
import { formatDuration } from '../words/time.ts'
import { stateWords } from './incident-words.ts'

/** What is wrong with one booster by the rules, each with the way to its evidence; not there while nothing is. */
export function DeviceIncidentsCard({ serial }: { serial: string }) {
  const { data, refetch } = useQuery(deviceIncidentsQuery(serial))
  useAlertNews(`alerts:${serial}`, () => void refetch())
  const now = useServerNow()
  if (data === undefined || data.items.length === 0) return null
  return (
    <section className="card" aria-label="Open incidents">
      <header>
        <h2>Open incidents</h2>
        <span className="t3">
          {data.items.length < data.total && `the worst ${data.items.length} of `}
          {formatNumber(data.total)}
        </span>
        <span className="grow" />
        <Link className="link" to="/alerts" search={{ device: serial, state: 'any' }}>
          All of this booster
        </Link>
      </header>
      <ul className="incidents">
        {data.items.map((incident) => {
          const { word, icon } = alertSeverityWords[incident.severity]
          return (
            <li key={incident.id} className={incident.state === 'open' ? '' : 'ack'}>
              <Link to="/alerts" search={{ device: serial, state: 'any', incident: incident.id }}>
                <Icon name={icon} kind="sv" label={word} />
                <b>{incident.text}</b>
                <small>
                  {formatDuration(now - Date.parse(incident.raisedAt))}, {stateWords(incident)}
                </small>
              </Link>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
