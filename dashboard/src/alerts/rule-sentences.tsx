import type { AlertRule } from '@stellacontrol/protocol'
import type { ReactNode } from 'react'
import { Icon } from '../shell/icon.tsx'
import { alertSeverityWords } from '../words/alert-words.ts'
import { canHold, conditionWords, goodWords, guardWords, holdWords, tellWords } from './rule-words.ts'

/** A rule to read: when it raises and clears, what holds it back, and how people are told. */
export function RuleSentences({ rule, nameOf }: { rule: AlertRule; nameOf: (id: string) => string }) {
  const goods = [...new Set(rule.levels.map((level) => goodWords(rule, level)))]
  const hold = rule.looksAt.kind === 'event' ? '' : holdWords(rule.clear)
  return (
    <div className="ed">
      <Part title="Raise">
        {rule.levels.map((level) => {
          const { word, icon } = alertSeverityWords[level.severity]
          return (
            <p key={level.severity} className="sent">
              <Icon name={icon} kind="sv" /> <b>{word}</b> when <b>{conditionWords(rule, level)}</b>{' '}
              {canHold(rule.looksAt) && holdWords(level.raise ?? rule.raise)}
            </p>
          )
        })}
        {rule.onlyBands !== undefined && <p className="sent">Only for {rule.onlyBands.join(', ')}</p>}
      </Part>
      <Part title="Clear">
        <p className="sent">
          <b>{goods.join('; ')}</b> {hold}
        </p>
      </Part>
      {(rule.onlyWhile !== undefined || rule.hiddenBy !== undefined) && (
        <Part title="Hold back">
          {rule.onlyWhile?.map((guard) => (
            <p key={guard.measure} className="sent">
              Looks only while <b>{guardWords(guard)}</b>
            </p>
          ))}
          {rule.hiddenBy !== undefined && rule.hiddenBy.length > 0 && <HiddenBy names={rule.hiddenBy.map(nameOf)} />}
        </Part>
      )}
      <Part title="Tell">
        <p className="sent">{tellWords(rule)}</p>
      </Part>
    </div>
  )
}

/** The alerts that explain this one. */
function HiddenBy({ names }: { names: readonly string[] }) {
  return (
    <p className="sent tight">
      While one of these is open, it joins that one unannounced: <b>{names.join(', ')}</b>
    </p>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="part">
      <h3>{title}</h3>
      {children}
    </section>
  )
}
