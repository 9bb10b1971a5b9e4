import type { User } from '@stellacontrol/protocol'

/** A row of `userSelect`. */
export interface UserRow {
  id: number
  email: string
  name: string
  role: User['role']
  organisation_id: number
  organisation_name: string
  password_hash: string | null
  disabled_at: number | null
}

/** The statement that reads accounts up to its `where`; `further` names more columns. */
export function userSelect(further?: string): string {
  return `
  select app_user.id, email, app_user.name, role, app_user.organisation_id, organisation.name as organisation_name,
    password_hash, disabled_at${further === undefined ? '' : `, ${further}`}
  from app_user
  join organisation on organisation.id = app_user.organisation_id
  join membership on user_id = app_user.id and membership.organisation_id = app_user.organisation_id`
}

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    organisation: { id: row.organisation_id, name: row.organisation_name },
  }
}
