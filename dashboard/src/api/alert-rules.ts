import type {
  AlertRule,
  OverrideScope,
  RuleChanges,
  RuleCheck,
  RuleCheckResult,
  RuleList,
  RulePlace,
} from '@stellacontrol/protocol'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

/** The rules as they hold at a place; without one, as they are written. */
export const rulesQuery = (place: RulePlace) =>
  queryOptions({
    queryKey: ['alert-rules', place],
    queryFn: ({ signal }) => {
      const parameters = Object.entries(place).map(([name, value]) => [name, String(value)])
      return request<RuleList>(`/v1/alert-rules?${new URLSearchParams(parameters)}`, { signal })
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })

/** What is wrong with a rule, or on how many boosters it holds now. Changes nothing. */
export const ruleCheckQuery = (body: RuleCheck) =>
  queryOptions({
    queryKey: ['alert-rules', 'check', body],
    queryFn: ({ signal }) => request<RuleCheckResult>('/v1/alert-rules/check', { method: 'POST', body, signal }),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    gcTime: 60_000,
  })

type WrittenRule = Omit<AlertRule, 'id'>

export const addRule = (organisationId: number, rule: WrittenRule) =>
  request<AlertRule>('/v1/alert-rules', { method: 'POST', body: { organisationId, rule } })

const pathOf = (id: string, part = '') => `/v1/alert-rules/${encodeURIComponent(id)}${part}`

export const replaceRule = (id: string, rule: WrittenRule) =>
  request<AlertRule>(pathOf(id), { method: 'PUT', body: { rule } })

export const removeRule = (id: string) => request<void>(pathOf(id), { method: 'DELETE' })

const overridePath = (id: string, scope: OverrideScope, scopeId: string) =>
  pathOf(id, `/overrides/${scope}/${encodeURIComponent(scopeId)}`)

export const putOverride = (id: string, scope: OverrideScope, scopeId: string, changes: RuleChanges) =>
  request<void>(overridePath(id, scope, scopeId), { method: 'PUT', body: { changes } })

export const removeOverride = (id: string, scope: OverrideScope, scopeId: string) =>
  request<void>(overridePath(id, scope, scopeId), { method: 'DELETE' })
