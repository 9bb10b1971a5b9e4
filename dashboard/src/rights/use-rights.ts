import { mayDo, type OrganisationView, type Permission, type Role } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { organisationsQuery } from '../api/organisations.ts'
import { sessionQuery } from '../api/session.ts'
import { isManufacturer, mayAnywhere, roleIn } from './rights.ts'

const none: never[] = []

/** What the page may offer. The service decides again: what is not offered here is refused there. */
export function useRights() {
  const { data: session } = useQuery(sessionQuery)
  const memberships = session?.memberships ?? none
  return {
    isManufacturer: isManufacturer(memberships),
    mayAnywhere: (permission: Permission) => mayAnywhere(memberships, permission),
  }
}

interface OrganisationRights {
  /** Undefined until they are known. */
  organisations: readonly OrganisationView[] | undefined
  error: Error | null
  roleIn: (organisationId: number) => Role | undefined
  mayIn: (permission: Permission, organisationId: number) => boolean
}

/** The same for one organisation at a time, which needs the tree that roles run down. */
export function useOrganisationRights(): OrganisationRights {
  const { data: session } = useQuery(sessionQuery)
  const { data: organisations, error } = useQuery(organisationsQuery)
  const roleThere = (organisationId: number) =>
    roleIn(session?.memberships ?? none, organisationId, organisations ?? none)
  return {
    organisations,
    error,
    roleIn: roleThere,
    mayIn: (permission, organisationId) => mayDo(roleThere(organisationId), permission),
  }
}
