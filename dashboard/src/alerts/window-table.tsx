import type { MaintenanceWindow } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { count } from '../words/numbers.ts'
import { ownTimeZone, placeWords, windowWords } from './window-words.ts'

/** So many are shown at once; the past is long. */
const shownAtOnce = 20

interface WindowTableProps {
  name: string
  windows: readonly MaintenanceWindow[]
  mayEdit: (organisationId: number) => boolean
  onChange: (window: MaintenanceWindow) => void
  onEnd: (window: MaintenanceWindow) => void
}

export function WindowTable({ name, windows, mayEdit, onChange, onEnd }: WindowTableProps) {
  const [areAllShown, setAllShown] = useState(false)
  const shown = areAllShown ? windows : windows.slice(0, shownAtOnce)
  return (
    <section className="windows" aria-label={name}>
      <h3>
        {name} <span className="t3">{windows.length}</span>
      </h3>
      <table className="tbl flow" aria-label={name}>
        <thead>
          <tr>
            <th>For</th>
            <th>When</th>
            <th>Reason</th>
            <th>Planned by</th>
            <th>
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((window) => (
            <tr key={window.id}>
              <td>
                <Place window={window} />
              </td>
              <td>
                <When window={window} />
              </td>
              <td>{window.reason}</td>
              <td className="t2">{window.createdBy}</td>
              <td className="num">
                {window.state !== 'over' && mayEdit(window.organisation.id) && (
                  <span className="row end">
                    <button type="button" className="btn sm" onClick={() => onChange(window)}>
                      Change<span className="vh"> maintenance of {placeWords(window)}</span>
                    </button>
                    <button type="button" className="btn sm" onClick={() => onEnd(window)}>
                      {window.state === 'active' ? 'End now…' : 'Delete…'}
                      <span className="vh"> maintenance of {placeWords(window)}</span>
                    </button>
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < windows.length && (
        <div className="pad">
          <button type="button" className="btn" onClick={() => setAllShown(true)}>
            Show {count(windows.length - shown.length, 'older one')}
          </button>
        </div>
      )}
    </section>
  )
}

function Place({ window: { organisation, site, device } }: { window: MaintenanceWindow }) {
  if (device !== null) {
    return (
      <>
        <Link className="link" to="/devices/$serial" params={{ serial: device.serial }}>
          {device.name}
        </Link>
        <small className="t3 under">
          Booster <span className="mono">{device.serial}</span>, {organisation.name}
        </small>
      </>
    )
  }
  return (
    <>
      <b>{site?.name ?? organisation.name}</b>
      <small className="t3 under">
        {site === null ? 'Organisation and what is below it' : `Site, ${organisation.name}`}
      </small>
    </>
  )
}

/** By the clock of its zone, and by the reader's own where that shows something else. */
function When({ window }: { window: MaintenanceWindow }) {
  const words = windowWords(window, window.timeZone)
  const own = windowWords(window, ownTimeZone())
  return (
    <>
      {words} <span className="t3">{window.timeZone}</span>
      {own !== words && <small className="t3 under">{own} by your clock</small>}
    </>
  )
}
