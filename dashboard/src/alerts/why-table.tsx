import type { AlertRule, IncidentDetail } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { Icon } from '../shell/icon.tsx'
import { shortMoment } from './incident-words.ts'
import { conditionsOf } from './rule-conditions.ts'

/** Each condition of the rule, its limit, and what was there at that moment. */
export function WhyTable({ incident, rule }: { incident: IncidentDetail; rule: AlertRule | undefined }) {
  const conditions = conditionsOf(incident, rule)
  return (
    <section aria-label="Why it was raised">
      <h3>
        Why was this raised?{' '}
        {rule === undefined ? (
          <span>{incident.ruleName}</span>
        ) : (
          <Link className="link" to="/alerts/rules" search={{ rule: incident.rule, device: incident.device?.serial }}>
            {incident.ruleName}
          </Link>
        )}
      </h3>
      {conditions.length > 0 && (
        <table className="why">
          <thead>
            <tr>
              <th>Condition</th>
              <th className="num">Limit</th>
              <th className="num">At {shortMoment(incident.raisedAt)}</th>
              <th>
                <span className="vh">Met</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {conditions.map(({ what, limit, value }) => (
              <tr key={what}>
                <td>{what}</td>
                <td className="num">{limit}</td>
                <td className="num">
                  <b>{value}</b>
                </td>
                <td>
                  <Icon name="check" label="met" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {conditions.length === 0 && <p className="t2">The platform itself looks for this; it has no limit to set.</p>}
    </section>
  )
}
