import { type ReactNode, useId, useState } from 'react'
import { useFieldProblem } from '../forms/field-problems.ts'
import { formatLength, parseLength } from '../words/time-length.ts'
import { bandsOf } from './rule-draft.ts'

/** Controls inside of a sentence: each says to a screen reader what it is, and holds below it what is wrong with it. */
interface SlotProps {
  label: string
  /** What the service calls it. */
  name?: string | undefined
  /** True if it is not as it would be without this override. */
  isChanged?: boolean
}

interface ControlAttributes {
  'aria-label': string
  'aria-invalid': boolean
  'aria-describedby': string | undefined
}

function Slot({
  label,
  name,
  isChanged = false,
  ownProblem,
  children,
}: SlotProps & { ownProblem?: string | undefined; children: (attributes: ControlAttributes) => ReactNode }) {
  const id = useId()
  const told = useFieldProblem(name)
  const problem = ownProblem ?? told
  const attributes = {
    'aria-label': label,
    'aria-invalid': problem !== undefined,
    'aria-describedby': problem === undefined ? undefined : id,
  }
  return (
    <span className={`slot ${problem === undefined ? '' : 'bad'} ${isChanged ? 'chg' : ''}`}>
      {children(attributes)}
      {problem !== undefined && <small id={id}>{problem}</small>}
    </span>
  )
}

interface NumberSlotProps extends SlotProps {
  /** NaN = nothing yet. */
  value: number
  unit?: string
  isWhole?: boolean
  onChange: (value: number) => void
}

export function NumberSlot({ value, unit = '', isWhole = false, onChange, ...slot }: NumberSlotProps) {
  return (
    <Slot {...slot}>
      {(attributes) => (
        <span className="of">
          <input
            {...attributes}
            type="number"
            required
            step={isWhole ? 1 : 'any'}
            value={Number.isFinite(value) ? value : ''}
            onChange={(event) => onChange(event.target.value === '' ? Number.NaN : Number(event.target.value))}
          />
          {unit !== '' && <span aria-hidden="true">{unit}</span>}
        </span>
      )}
    </Slot>
  )
}

interface LengthSlotProps extends SlotProps {
  valueMs: number
  onChange: (valueMs: number) => void
}

/** A length of time, typed: "10 min", "2 h". */
export function LengthSlot({ valueMs, onChange, ...slot }: LengthSlotProps) {
  const [typed, setTyped] = useState<string>()
  const isUnread = typed !== undefined && parseLength(typed) === undefined
  return (
    <Slot {...slot} ownProblem={isUnread ? 'Write a time such as 10 min or 2 h.' : undefined}>
      {(attributes) => (
        <input
          {...attributes}
          className="length"
          required
          maxLength={30}
          autoComplete="off"
          value={typed ?? formatLength(valueMs)}
          onChange={(event) => {
            setTyped(event.target.value)
            onChange(parseLength(event.target.value) ?? Number.NaN)
          }}
          onBlur={() => !isUnread && setTyped(undefined)}
        />
      )}
    </Slot>
  )
}

interface BandSlotProps extends SlotProps {
  /** Undefined = all of them. */
  bands: readonly string[] | undefined
  onChange: (bands: string[] | undefined) => void
}

/** Bands, typed: "B3, B20"; nothing = all. */
export function BandSlot({ bands, onChange, ...slot }: BandSlotProps) {
  const [typed, setTyped] = useState<string>()
  const isUnread = bands?.some((band) => !/^B\d{1,3}$/.test(band)) ?? false
  return (
    <Slot {...slot} ownProblem={isUnread ? 'Write bands such as B3, B20.' : undefined}>
      {(attributes) => (
        <input
          {...attributes}
          className="bands-typed"
          maxLength={200}
          autoComplete="off"
          placeholder="all bands"
          value={typed ?? bands?.join(', ') ?? ''}
          onChange={(event) => {
            setTyped(event.target.value)
            onChange(bandsOf(event.target.value))
          }}
          onBlur={() => setTyped(undefined)}
        />
      )}
    </Slot>
  )
}

interface SelectSlotProps<Value extends string> extends SlotProps {
  value: Value
  options: readonly (readonly [Value, string])[]
  onChange: (value: Value) => void
}

export function SelectSlot<Value extends string>({ value, options, onChange, ...slot }: SelectSlotProps<Value>) {
  return (
    <Slot {...slot}>
      {(attributes) => (
        <select {...attributes} value={value} onChange={(event) => onChange(event.target.value as Value)}>
          {options.map(([option, word]) => (
            <option key={option} value={option}>
              {word}
            </option>
          ))}
        </select>
      )}
    </Slot>
  )
}
