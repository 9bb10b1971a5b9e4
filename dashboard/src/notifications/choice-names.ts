import { useQueries, useQuery } from '@tanstack/react-query'
import { ruleNamesQuery } from '../api/notifications.ts'
import { organisationsQuery, siteQuery } from '../api/organisations.ts'
import type { ChoiceNames } from './choice-words.ts'

/** The names of everything that can be chosen, as far as they are known by now. */
export function useChoiceNames(siteIds: readonly number[]): ChoiceNames {
  const { data: rules = [] } = useQuery(ruleNamesQuery)
  const { data: organisations = [] } = useQuery(organisationsQuery)
  const sites = useQueries({ queries: siteIds.map((id) => ({ ...siteQuery(id), retry: false })) })
  return {
    rules: new Map(rules.map(({ id, name }) => [id, name])),
    organisations: new Map(organisations.map(({ id, name }) => [id, name])),
    sites: new Map(sites.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data.name]]))),
  }
}
