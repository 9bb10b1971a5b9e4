import type { MonthlyReport } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { alertSeverityWords } from '../words/alert-words.ts'
import { formatNumber } from '../words/numbers.ts'
import { availabilityWords, lengthWords } from './report-words.ts'

interface TableCardProps {
  title: string
  columns: readonly string[]
  /** What stands there instead of an empty table. */
  none: string
  isEmpty: boolean
  children: ReactNode
}

/** A list of a report: a name, then figures. */
function TableCard({ title, columns, none, isEmpty, children }: TableCardProps) {
  const [first, ...figures] = columns
  return (
    <section className="card clip" aria-label={title}>
      <header>
        <h2>{title}</h2>
      </header>
      {isEmpty ? (
        <p className="pad t2">{none}</p>
      ) : (
        <table className="tbl flow">
          <thead>
            <tr>
              <th>{first}</th>
              {figures.map((name) => (
                <th key={name} className="num">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      )}
    </section>
  )
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <td className="num" data-name={name}>
      {children}
    </td>
  )
}

export function RuleTable({ rules }: { rules: MonthlyReport['byRule'] }) {
  return (
    <TableCard
      title="Alerts by rule"
      columns={['Rule', 'Alerts', 'Boosters', 'Acknowledged within', 'Over within']}
      none="No alert was raised."
      isEmpty={rules.length === 0}
    >
      {rules.map(({ rule, ruleName, severity, incidents, devices, secondsToAcknowledge, secondsToClear }) => (
        <tr key={rule}>
          <td>
            <b>{ruleName}</b>
            <small className="t3 under">{alertSeverityWords[severity].word}</small>
          </td>
          <Figure name="alerts">{formatNumber(incidents)}</Figure>
          <Figure name="boosters">{formatNumber(devices)}</Figure>
          <Figure name="acknowledged within">{lengthWords(secondsToAcknowledge)}</Figure>
          <Figure name="over within">{lengthWords(secondsToClear)}</Figure>
        </tr>
      ))}
    </TableCard>
  )
}

export function DeviceTable({ devices }: { devices: MonthlyReport['worstDevices'] }) {
  return (
    <TableCard
      title="Silent longest"
      columns={['Booster', 'Silent for', 'Availability']}
      none="No booster was silent."
      isEmpty={devices.length === 0}
    >
      {devices.map(({ serial, name, silentSeconds, availabilityPercent }) => (
        <tr key={serial}>
          <td>
            <BoosterLink serial={serial} name={name} />
          </td>
          <Figure name="silent for">{lengthWords(silentSeconds)}</Figure>
          <Figure name="availability">{availabilityWords(availabilityPercent)}</Figure>
        </tr>
      ))}
    </TableCard>
  )
}

export function BandTable({ bands }: { bands: MonthlyReport['worstBands'] }) {
  return (
    <TableCard
      title="Bands with the longest alerts"
      columns={['Booster and band', 'Alerts', 'Together']}
      none="No band had an alert."
      isEmpty={bands.length === 0}
    >
      {bands.map(({ serial, name, band, incidents, seconds }) => (
        <tr key={`${serial} ${band}`}>
          <td>
            <b>{band}</b> <BoosterLink serial={serial} name={name} />
          </td>
          <Figure name="alerts">{formatNumber(incidents)}</Figure>
          <Figure name="together">{lengthWords(seconds)}</Figure>
        </tr>
      ))}
    </TableCard>
  )
}

function BoosterLink({ serial, name }: { serial: string; name: string }) {
  return (
    <>
      <Link className="link" to="/devices/$serial" params={{ serial }}>
        {name === '' ? serial : name}
      </Link>
      {name !== '' && name !== serial && <small className="t3 under mono">{serial}</small>}
    </>
  )
}
