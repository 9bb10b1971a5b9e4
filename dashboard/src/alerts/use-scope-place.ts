import { useQuery } from '@tanstack/react-query'
import { deviceQuery } from '../api/devices.ts'
import { siteQuery } from '../api/organisations.ts'
import { useOrganisationRights, useRights } from '../rights/use-rights.ts'
import type { RuleScope } from './rules-search.ts'

interface ScopePlace {
  name: string
  /** True if the reader may change rules there. */
  mayEdit: boolean
}

/** What a place is called, and what may be done there; undefined without one. */
export function useScopePlace(scope: RuleScope | undefined): ScopePlace | undefined {
  const { isManufacturer, mayAnywhere } = useRights()
  const { organisations, mayIn } = useOrganisationRights()
  const site = useQuery({ ...siteQuery(Number(scope?.id)), enabled: scope?.kind === 'site' })
  const device = useQuery({ ...deviceQuery(scope?.id ?? ''), enabled: scope?.kind === 'device' })
  if (scope === undefined) return undefined
  // A model's are the manufacturer's.
  if (scope.kind === 'model') return { name: scope.id, mayEdit: isManufacturer && mayAnywhere('rules.edit') }
  const found = {
    organisation: organisations?.find(({ id }) => String(id) === scope.id),
    site: site.data,
    device: device.data,
  }[scope.kind]
  const owner = found !== undefined && 'organisation' in found ? found.organisation : found
  return { name: found?.name ?? scope.id, mayEdit: owner !== undefined && mayIn('rules.edit', owner.id) }
}
