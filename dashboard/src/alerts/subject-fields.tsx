import {
  type AlertEventName,
  type LooksAt,
  learnableMeasures,
  type MeasureName,
  type MeasureSubject,
  measureNames,
  measures,
} from '@stellacontrol/protocol'
import type { RulePartProps } from './raise-fields.tsx'
import { withLooksAt } from './rule-draft.ts'
import { SelectSlot } from './rule-slots.tsx'
import { eventWords, isYesOrNo } from './rule-words.ts'

const kindOptions = [
  ['measure', 'a value'],
  ['difference', 'a difference'],
  ['silence', 'no report'],
  ['event', 'an event'],
  ['baseline', 'its own normal'],
] as const satisfies readonly (readonly [LooksAt['kind'], string])[]

const directionOptions = [
  ['above', 'above'],
  ['below', 'below'],
] as const

const subjectWords: Record<MeasureSubject, string> = { device: '', band: ', each band', fan: ', each fan' }
const measureOptions = measureNames.map(
  (name) => [name, `${measures[name].label}${subjectWords[measures[name].of]}`] as const,
)
const eventOptions = Object.entries(eventWords).map(
  ([name, words]) => [name as AlertEventName, words.toLowerCase()] as const,
)

/** What it begins with when another kind is chosen. */
const firstOfKind: Record<LooksAt['kind'], LooksAt> = {
  measure: { kind: 'measure', measure: 'boardCelsius', is: 'above' },
  difference: { kind: 'difference', measure: 'isolationDb', minus: 'gainSetDb', is: 'below' },
  silence: { kind: 'silence' },
  event: { kind: 'event', event: 'restarted' },
  baseline: { kind: 'baseline', measure: 'downlinkOutputDbm' },
}

/** What a rule of one's own looks at, as the beginning of its sentence. */
export function SubjectFields({ rule, onChange }: Pick<RulePartProps, 'rule' | 'onChange'>) {
  const { looksAt } = rule
  const look = (next: LooksAt) => onChange(withLooksAt(rule, next))
  return (
    <>
      <SelectSlot
        label="Looks at"
        value={looksAt.kind}
        options={kindOptions}
        onChange={(kind) => look(firstOfKind[kind])}
      />{' '}
      {(looksAt.kind === 'measure' || looksAt.kind === 'difference') && (
        <MeasureSlot
          label="Value"
          name="looksAt.measure"
          value={looksAt.measure}
          onChange={(measure) => look({ ...looksAt, measure })}
        />
      )}
      {looksAt.kind === 'difference' && (
        <>
          {' '}
          minus{' '}
          <MeasureSlot
            label="Minus"
            name="looksAt.minus"
            value={looksAt.minus}
            onChange={(minus) => look({ ...looksAt, minus })}
          />
        </>
      )}
      {(looksAt.kind === 'measure' || looksAt.kind === 'difference') && !isYesOrNo(looksAt) && (
        <>
          {' '}
          is{' '}
          <SelectSlot
            label="Side"
            value={looksAt.is}
            options={directionOptions}
            onChange={(is) => look({ ...looksAt, is })}
          />
        </>
      )}
      {looksAt.kind === 'event' && (
        <SelectSlot<AlertEventName>
          label="Event"
          value={looksAt.event}
          options={eventOptions}
          onChange={(event) => look({ kind: 'event', event })}
        />
      )}
      {looksAt.kind === 'baseline' && <b>{measures[learnableMeasures[0]].label}, each band</b>}
    </>
  )
}

interface MeasureSlotProps {
  label: string
  name: string
  value: MeasureName
  onChange: (measure: MeasureName) => void
}

export function MeasureSlot(props: MeasureSlotProps) {
  return <SelectSlot<MeasureName> {...props} options={measureOptions} />
}
