import type { AlertRule } from '@stellacontrol/protocol'
import type { CSSProperties } from 'react'
import { count, formatNumber } from '../words/numbers.ts'
import { asItIs, type SweepBar, type SweepKind, sweepTitle } from './sweep.ts'

interface SweepProps {
  rule: AlertRule
  kind: SweepKind
  bars: readonly SweepBar[]
  chosen: number
  onChoose: (variant: number) => void
}

/** How often the rule would have fired with each hold or threshold; one that is pressed is looked at. */
export function Sweep({ rule, kind, bars, chosen, onChoose }: SweepProps) {
  const what = kind === 'threshold' && rule.looksAt.kind === 'silence' ? 'silence of' : kind
  return (
    <fieldset className="sweep">
      <legend>{sweepTitle(rule, kind)}</legend>
      {bars.map(({ variant, words, firings, missed, isOwn, height }) => (
        <button
          key={variant}
          type="button"
          className={[variant === chosen && 'on', missed > 0 && 'miss', isOwn && 'own'].filter(Boolean).join(' ')}
          aria-pressed={variant === chosen}
          onClick={() => onChoose(variant)}
        >
          <b>
            {formatNumber(firings)}
            <span className="vh">
              {' '}
              {firings === 1 ? 'firing' : 'firings'} with {what}{' '}
            </span>
          </b>
          <i style={{ '--v': height } as CSSProperties} />
          <span>
            {words}
            {isOwn && words !== asItIs && <small>{asItIs}</small>}
          </span>
          {missed > 0 && <span className="vh">, misses {count(missed, 'incident')} somebody acted on</span>}
        </button>
      ))}
    </fieldset>
  )
}
