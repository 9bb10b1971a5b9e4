import { mayDo, type OrganisationView, type Permission, type Role, roles, type Session } from '@stellacontrol/protocol'

type Memberships = Session['memberships']
type Tree = readonly Pick<OrganisationView, 'id' | 'parentId'>[]

/** True if the person may do it in at least one organisation. */
export function mayAnywhere(memberships: Memberships, permission: Permission): boolean {
  return memberships.some(({ role }) => mayDo(role, permission))
}

/** Members of the manufacturer run the platform; their role holds everywhere. */
export function isManufacturer(memberships: Memberships): boolean {
  return memberships.some(({ organisation }) => organisation.kind === 'manufacturer')
}

/** The highest role that memberships give in an organisation: theirs there, or in one above it. */
export function roleIn(memberships: Memberships, organisationId: number, tree: Tree): Role | undefined {
  const parents = new Map(tree.map(({ id, parentId }) => [id, parentId]))
  const covering = new Set<number>()
  let id: number | null | undefined = organisationId
  while (id !== null && id !== undefined && !covering.has(id)) {
    covering.add(id)
    id = parents.get(id)
  }
  const held = memberships.filter(
    ({ organisation }) => organisation.kind === 'manufacturer' || covering.has(organisation.id),
  )
  return held.map(({ role }) => role).sort((left, right) => roles.indexOf(right) - roles.indexOf(left))[0]
}
