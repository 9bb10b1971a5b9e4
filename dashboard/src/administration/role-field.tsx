import { type Role, roles } from '@stellacontrol/protocol'
import { roleNames, roleWords } from '../words/people-words.ts'

interface RoleSelectProps {
  name: string
  label: string
  value: Role
  /** The highest role that may be given: one's own. */
  highest: Role | undefined
  onChange?: (role: Role) => void
}

/** A choice among the roles that the reader may give. */
export function RoleSelect({ name, label, value, highest, onChange }: RoleSelectProps) {
  const limit = highest === undefined ? -1 : roles.indexOf(highest)
  const offered = roleNames.filter((role) => roles.indexOf(role) <= limit || role === value)
  const options = offered.map((role) => (
    <option key={role} value={role}>
      {roleWords[role].word}
    </option>
  ))
  if (onChange === undefined)
    return (
      <select name={name} aria-label={label} defaultValue={value}>
        {options}
      </select>
    )
  return (
    <select name={name} aria-label={label} value={value} onChange={(event) => onChange(event.target.value as Role)}>
      {options}
    </select>
  )
}
