import type { Person } from '@stellacontrol/protocol'
import { roleWords } from '../words/people-words.ts'
import { formatDuration, formatMoment, toMoment } from '../words/time.ts'

interface PeopleTableProps {
  people: readonly Person[]
  onOpen: (person: Person) => void
}

export function PeopleTable({ people, onOpen }: PeopleTableProps) {
  return (
    <table className="tbl flow">
      <thead>
        <tr>
          <th>Name</th>
          <th>Roles</th>
          <th>Second factor</th>
          <th>Last signed in</th>
          <th>
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <tr key={person.id} className={person.disabled ? 'old' : ''}>
            <td>
              <b>{person.name}</b> {person.disabled && <span className="tag">Disabled</span>}
              <small className="t3 under">{person.email}</small>
            </td>
            <td>
              <Roles person={person} />
            </td>
            <td className="t2" data-name="second factor">
              {person.hasSecondFactor ? 'On' : 'Off'}
            </td>
            <td className="t2" data-name="last signed in">
              <Moment iso={person.lastSignInAt} none="Never" />
            </td>
            <td className="num">
              <button type="button" className="btn sm" onClick={() => onOpen(person)}>
                Edit<span className="vh"> {person.name}</span>
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Roles({ person }: { person: Person }) {
  if (person.memberships.length === 0) return <span className="t3">None that you may see</span>
  return (
    <ul className="under-list">
      {person.memberships.map(({ organisation, role }) => (
        <li key={organisation.id}>
          {roleWords[role].word} <span className="t3">in {organisation.name}</span>
        </li>
      ))}
    </ul>
  )
}

/** How long ago, exactly on hover. */
export function Moment({ iso, none }: { iso: string | null; none: string }) {
  const at = toMoment(iso)
  if (at === undefined) return none
  return (
    <time dateTime={iso ?? ''} title={formatMoment(at)}>
      {formatDuration(Date.now() - at)} ago
    </time>
  )
}
