import type { IncidentDetail } from '@stellacontrol/protocol'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Icon } from '../shell/icon.tsx'
import { alertSeverityWords } from '../words/alert-words.ts'
import { count, formatNumber } from '../words/numbers.ts'
import { stateWords } from './incident-words.ts'

const route = getRouteApi('/app/alerts/')

/** What an incident explains: folded into it, but each within reach. */
export function IncidentMembers({ incident }: { incident: IncidentDetail }) {
  const { memberIncidents, members, id } = incident
  const total = Math.max(members, memberIncidents.length)
  if (total === 0) return null
  return (
    <section aria-label="Alerts that it explains">
      <h3>
        Explains {count(total, 'alert')} <span>nobody was told of them</span>
      </h3>
      <ul className="mem">
        {memberIncidents.map((member) => (
          <li key={member.id} className={member.state === 'open' ? '' : 'ack'}>
            <route.Link search={(old) => ({ ...old, incident: member.id })} replace resetScroll={false}>
              <Icon
                name={alertSeverityWords[member.severity].icon}
                kind="sv"
                label={alertSeverityWords[member.severity].word}
              />
              <span>
                <span className="mono">{member.scope}</span> {member.device?.name}
                <small>
                  {member.text} · {stateWords(member)}
                </small>
              </span>
            </route.Link>
          </li>
        ))}
      </ul>
      <Link className="link" to="/alerts" search={{ parentId: id, state: 'any' }}>
        {memberIncidents.length < total ? `List all ${formatNumber(total)}` : 'Show them as a list'}
      </Link>
    </section>
  )
}
