import { highestRole, type Role, roles } from '@stellacontrol/protocol'
import type { Access } from '../session/access.ts'

/** The role that somebody has in an organisation, also by a membership above it. */
export function roleIn(access: Access, organisationId: number): Role | undefined {
  const here = access.roles.get(organisationId)
  return highestRole([access.everywhere, here].filter((role) => role !== undefined))
}

/** Why a person may not be given, or lose, a role; undefined = they may. Pure. */
export function refusalOfRole(change: {
  actorId: number
  /** The actor's own role there. */
  actorRole: Role | undefined
  /** Absent for somebody who has no account yet. */
  personId?: number
  before?: Role | undefined
  after?: Role | undefined
}): 'own-account' | 'forbidden' | undefined {
  if (change.personId === change.actorId) return 'own-account'
  const rankOf = (role: Role | undefined) => (role === undefined ? -1 : roles.indexOf(role))
  const highest = Math.max(rankOf(change.before), rankOf(change.after))
  return highest > rankOf(change.actorRole) ? 'forbidden' : undefined
}
