import type { OrganisationView } from '@stellacontrol/protocol'
import type { ReactNode } from 'react'
import { treeRows } from './organisation-tree.ts'

interface OrganisationSelectProps {
  organisations: readonly OrganisationView[]
  name: string
  value?: number | undefined
  onChange?: (id: number | undefined) => void
  /** The words of "none chosen". */
  none?: string
  isRequired?: boolean
  /** Where no visible label says what is chosen. */
  label?: string
}

/** A choice among organisations, indented as the tree is. */
export function OrganisationSelect(props: OrganisationSelectProps): ReactNode {
  const { organisations, name, value, onChange, none, isRequired = false, label } = props
  const options = treeRows(organisations).map(({ organisation, depth }) => (
    <option key={organisation.id} value={organisation.id}>
      {'\u2003'.repeat(depth)}
      {organisation.name}
    </option>
  ))
  const first = none === undefined ? undefined : <option value="">{none}</option>
  if (onChange === undefined)
    return (
      <select name={name} aria-label={label} defaultValue={value} required={isRequired}>
        {first}
        {options}
      </select>
    )
  return (
    <select
      name={name}
      aria-label={label}
      value={value ?? ''}
      required={isRequired}
      onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))}
    >
      {first}
      {options}
    </select>
  )
}

interface OrganisationFilterProps {
  organisations: readonly OrganisationView[] | undefined
  value: number | undefined
  onChange: (id: number | undefined) => void
}

/** Narrows a list to one organisation; not there for whoever sees only one. */
export function OrganisationFilter({ organisations, value, onChange }: OrganisationFilterProps) {
  if (organisations === undefined || organisations.length < 2) return null
  return (
    <span className="pick">
      <OrganisationSelect
        organisations={organisations}
        name="organisation"
        label="Organisation"
        value={value}
        onChange={onChange}
        none="All organisations"
      />
    </span>
  )
}
