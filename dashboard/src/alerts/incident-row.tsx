import type { Incident } from '@stellacontrol/protocol'
import { getRouteApi } from '@tanstack/react-router'
import { memo } from 'react'
import { Icon } from '../shell/icon.tsx'
import { alertSeverityWords } from '../words/alert-words.ts'
import { formatMoment } from '../words/time.ts'
import { countWords, placeWords, stateWords } from './incident-words.ts'

const route = getRouteApi('/app/alerts/')

interface IncidentRowProps {
  incident: Incident
  index: number
  /** How long ago it was raised, in words, so that a row is drawn again only when they change. */
  age: string
  isOpen: boolean
  /** One is open already: the next takes its place in the history of the browser. */
  replaces: boolean
  /** Undefined for whoever may do nothing with it. */
  isSelected: boolean | undefined
  onSelect: (id: string, isSelected: boolean) => void
}

/** One incident: what is wrong, where, since when, and whether somebody has it. */
export const IncidentRow = memo(function IncidentRow(props: IncidentRowProps) {
  const { incident, index, age, isOpen, isSelected } = props
  const { id, severity, state, scope, device, text } = incident
  const { word, icon } = alertSeverityWords[severity]
  const classes = ['inc', isOpen ? 'on' : '', isSelected ? 'sel' : '', state === 'open' ? '' : 'ack']
  const below = [...placeWords(incident), ...countWords(incident)].join(' · ')
  return (
    <li className={classes.filter(Boolean).join(' ')} data-index={index} data-incident={id}>
      {isSelected !== undefined && (
        <label className="pick-row">
          <input
            className="cb"
            type="checkbox"
            checked={isSelected}
            aria-label={`Select: ${text}`}
            onChange={(event) => props.onSelect(id, event.target.checked)}
          />
        </label>
      )}
      <Icon name={icon} kind="sv" label={word} />
      <div>
        <route.Link
          data-row-link
          search={(old) => ({ ...old, incident: id })}
          replace={props.replaces}
          resetScroll={false}
          aria-current={isOpen ? 'true' : undefined}
          activeProps={{}}
        >
          <b>{text}</b>
        </route.Link>
        <small>
          {device !== null && <span className="mono">{scope} </span>}
          {below}
        </small>
      </div>
      <div className="r">
        <time dateTime={incident.raisedAt} title={`Raised ${formatMoment(Date.parse(incident.raisedAt))}`}>
          {age}
        </time>
        <small>{stateWords(incident)}</small>
      </div>
    </li>
  )
})
