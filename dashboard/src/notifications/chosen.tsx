import { Combobox, type ComboboxProps } from '../forms/combobox.tsx'
import { useFieldProblem } from '../forms/field-problems.ts'
import { Icon } from '../shell/icon.tsx'

interface ChosenProps<Id extends number | string> extends Pick<ComboboxProps<Id>, 'source' | 'search'> {
  label: string
  /** What the field says while nothing more is chosen. */
  none: string
  /** What the service calls it. */
  name: string
  ids: readonly Id[]
  nameOf: (id: Id) => string
  onChange: (ids: Id[]) => void
}

/** A choice of several among many: one is added at a time, each can be taken away again. */
export function Chosen<Id extends number | string>(props: ChosenProps<Id>) {
  const { label, none, name, ids, nameOf, onChange, source, search } = props
  const problem = useFieldProblem(name)
  return (
    <div className={problem === undefined ? 'chosen' : 'chosen field bad'}>
      <Combobox<Id>
        {...{ label, none, source, search }}
        value={undefined}
        onChange={(choice) => {
          if (choice !== undefined && !ids.includes(choice.id)) onChange([...ids, choice.id])
        }}
      />
      {problem !== undefined && <small>{problem}</small>}
      {ids.length > 0 && (
        <ul className="row wrap" aria-label={`${label}: chosen`}>
          {ids.map((id) => (
            <li key={id}>
              <button type="button" className="chip" onClick={() => onChange(ids.filter((one) => one !== id))}>
                <b>{nameOf(id)}</b>
                <Icon name="x" label="Remove" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
