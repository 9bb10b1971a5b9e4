import type { OrganisationView } from '@stellacontrol/protocol'

export interface TreeRow {
  organisation: OrganisationView
  /** 0 at the top of what the reader may see. */
  depth: number
}

/** The organisations in reading order: each below the one it belongs to, sisters by name. Whatever has no visible parent is at the top. */
export function treeRows(organisations: readonly OrganisationView[]): TreeRow[] {
  const known = new Set(organisations.map(({ id }) => id))
  const children = new Map<number | null, OrganisationView[]>()
  for (const organisation of [...organisations].sort((a, b) => a.name.localeCompare(b.name))) {
    const { parentId } = organisation
    const place = parentId !== null && known.has(parentId) ? parentId : null
    const sisters = children.get(place)
    if (sisters === undefined) children.set(place, [organisation])
    else sisters.push(organisation)
  }
  const rows: TreeRow[] = []
  const add = (parent: number | null, depth: number) => {
    for (const organisation of children.get(parent) ?? []) {
      rows.push({ organisation, depth })
      add(organisation.id, depth + 1)
    }
  }
  add(null, 0)
  return rows
}
