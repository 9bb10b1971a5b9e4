import type { BacktestFiring, BacktestResult } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Icon } from '../shell/icon.tsx'
import { alertSeverityWords } from '../words/alert-words.ts'
import { count, formatNumber } from '../words/numbers.ts'
import { formatDuration } from '../words/time.ts'
import { shortMoment } from './incident-words.ts'
import { chosenFirings } from './lanes.ts'
import { foundWords, isYesOrNo } from './rule-words.ts'
import { variantWords } from './sweep.ts'

const fewFirings = 8

interface FiringTableProps {
  result: BacktestResult
  chosen: number
}

/** The firings of what is chosen, longest first. */
export function FiringTable({ result, chosen }: FiringTableProps) {
  const [isOpen, setOpen] = useState(false)
  const { rule, variants } = result
  const variant = variants[chosen]
  const listed = chosenFirings(result, chosen)
  if (variant === undefined) return null
  const words = chosen === 0 ? '' : ` with ${variantWords(rule, variant)}`
  if (listed.length === 0) return <p className="t2">Nothing would have fired{words}.</p>
  // How long it was silent is how long it lasted.
  const hasPeak = !isYesOrNo(rule.looksAt) && rule.looksAt.kind !== 'silence'
  const isCut = variant.firings > listed.length
  return (
    <section aria-label="Firings">
      <h4>
        {count(variant.firings, 'firing')}
        {words}
        {isCut && <span className="t3"> the {formatNumber(listed.length)} that lasted longest are listed</span>}
      </h4>
      <table className="kept-t">
        <thead>
          <tr>
            <th>Booster</th>
            <th>When</th>
            {hasPeak && <th className="num">Worst</th>}
            <th className="num">Lasted</th>
            <th>Then</th>
          </tr>
        </thead>
        <tbody>
          {listed.slice(0, isOpen ? undefined : fewFirings).map((firing) => (
            <FiringRow key={`${firing.serial} ${firing.subject} ${firing.raisedAt}`} {...{ firing, hasPeak, result }} />
          ))}
        </tbody>
      </table>
      {listed.length > fewFirings && (
        <button type="button" className="btn sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Show fewer' : `Show ${formatNumber(listed.length - fewFirings)} more`}
        </button>
      )}
    </section>
  )
}

interface FiringRowProps {
  firing: BacktestFiring
  hasPeak: boolean
  result: BacktestResult
}

function FiringRow({ firing, hasPeak, result }: FiringRowProps) {
  const { serial, name, subject, severity, raisedAt, clearedAt, peak, heeded } = firing
  const { icon, word } = alertSeverityWords[severity]
  const then = [...(clearedAt === null ? ['still on'] : []), ...(heeded ? ['acted on'] : [])]
  return (
    <tr>
      <td>
        <span className="booster">
          <Icon name={icon} kind="sv" label={word} />
          <span>
            <Link className="link mono" to="/devices/$serial" params={{ serial }} title={name}>
              {serial}
            </Link>
            {subject !== null && <small>{subject}</small>}
          </span>
        </span>
      </td>
      <td className="when">{shortMoment(raisedAt)}</td>
      {hasPeak && <td className="num">{foundWords(result.rule.looksAt, peak)}</td>}
      <td className="num">{formatDuration(Date.parse(clearedAt ?? result.to) - Date.parse(raisedAt))}</td>
      <td className="t2">{then.join(', ')}</td>
    </tr>
  )
}
