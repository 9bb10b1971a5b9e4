import type { RouteCase } from './route-cases.ts'

const soon = () => new Date(Date.now() + 3_600_000).toISOString()
const later = () => new Date(Date.now() + 7_200_000).toISOString()
const rule = {
  ...{ name: 'Warm', class: 'environment', looksAt: { kind: 'measure', measure: 'boardCelsius', is: 'above' } },
  levels: [{ severity: 'warning', raiseAt: 60, clearAt: 55 }],
  ...{ raise: { holdMs: 0, samples: 1 }, clear: { holdMs: 0, samples: 1 }, throttleMs: 0, recurrence: 'never' },
  ...{ recurrenceEndsAfterMs: 0, enabled: true, advice: '', basis: '' },
}
const month = new Date().toISOString().slice(0, 7)

/** Incidents, rules, maintenance windows and reports. */
export const alertRouteCases: Record<string, RouteCase> = {
  'GET /v1/alerts': {},
  'GET /v1/alerts/{id}': { request: ({ incidentId }) => ({ path: `/v1/alerts/${incidentId}` }) },
  'GET /v1/alerts/{id}/assignees': {
    request: ({ incidentId }) => ({ path: `/v1/alerts/${incidentId}/assignees` }),
    permission: 'alerts.acknowledge',
  },
  'POST /v1/alerts/{id}/acknowledge': {
    request: ({ incidentId }) => ({ path: `/v1/alerts/${incidentId}/acknowledge` }),
    permission: 'alerts.acknowledge',
  },
  'POST /v1/alerts/{id}/shelve': {
    request: ({ incidentId }) => ({ path: `/v1/alerts/${incidentId}/shelve`, body: { until: soon() } }),
    permission: 'alerts.operate',
  },
  'POST /v1/alerts/{id}/reopen': {
    request: ({ incidentId }) => ({ path: `/v1/alerts/${incidentId}/reopen` }),
    permission: 'alerts.operate',
  },
  'POST /v1/alerts/{id}/clear': {
    request: ({ incidentId }) => ({ path: `/v1/alerts/${incidentId}/clear` }),
    permission: 'alerts.operate',
    isDestructive: true,
  },
  'POST /v1/alerts/{id}/comments': {
    request: ({ incidentId }) => ({ path: `/v1/alerts/${incidentId}/comments`, body: { text: 'seen' } }),
    permission: 'alerts.acknowledge',
  },
  'POST /v1/alerts/{id}/assign': {
    request: ({ incidentId, userId }) => ({ path: `/v1/alerts/${incidentId}/assign`, body: { userId } }),
    permission: 'alerts.acknowledge',
  },
  'POST /v1/alerts/bulk': {
    request: ({ incidentId }) => ({ path: '/v1/alerts/bulk', body: { ids: [incidentId], action: 'acknowledge' } }),
    permission: 'alerts.acknowledge',
  },
  'GET /v1/alert-rules': {
    request: ({ organisationId }) => ({ path: `/v1/alert-rules?organisation=${organisationId}` }),
  },
  'POST /v1/alert-rules/check': {
    request: ({ siteId }) => ({ path: '/v1/alert-rules/check', body: { rule, place: { site: siteId } } }),
  },
  'POST /v1/alert-rules/backtest': {
    request: ({ siteId }) => ({ path: '/v1/alert-rules/backtest', body: { rule, place: { site: siteId } } }),
  },
  'POST /v1/alert-rules': {
    request: ({ organisationId }) => ({ path: '/v1/alert-rules', body: { organisationId, rule } }),
    permission: 'rules.edit',
  },
  'PUT /v1/alert-rules/{id}': {
    request: ({ ruleId }) => ({ path: `/v1/alert-rules/${ruleId}`, body: { rule } }),
    permission: 'rules.edit',
  },
  'DELETE /v1/alert-rules/{id}': {
    request: ({ ruleId }) => ({ path: `/v1/alert-rules/${ruleId}` }),
    permission: 'rules.edit',
    isDestructive: true,
  },
  'PUT /v1/alert-rules/{id}/overrides/{scope}/{scopeId}': {
    request: ({ serial }) => ({
      path: `/v1/alert-rules/temperature-high/overrides/device/${serial}`,
      body: { changes: { enabled: false } },
    }),
    permission: 'rules.edit',
  },
  'DELETE /v1/alert-rules/{id}/overrides/{scope}/{scopeId}': {
    request: ({ siteId }) => ({ path: `/v1/alert-rules/temperature-high/overrides/site/${siteId}` }),
    permission: 'rules.edit',
  },
  'GET /v1/maintenance-windows': {},
  'POST /v1/maintenance-windows': {
    request: ({ organisationId, siteId }) => ({
      path: '/v1/maintenance-windows',
      body: { organisationId, siteId, startsAt: soon(), endsAt: later(), timeZone: 'UTC', reason: 'works' },
    }),
    permission: 'maintenance.edit',
  },
  'PATCH /v1/maintenance-windows/{id}': {
    request: ({ windowId }) => ({ path: `/v1/maintenance-windows/${windowId}`, body: { reason: 'other works' } }),
    permission: 'maintenance.edit',
  },
  'POST /v1/maintenance-windows/{id}/end': {
    request: ({ windowId }) => ({ path: `/v1/maintenance-windows/${windowId}/end` }),
    permission: 'maintenance.edit',
    isDestructive: true,
  },
  'GET /v1/reports/monthly': {
    request: ({ organisationId }) => ({ path: `/v1/reports/monthly?organisation=${organisationId}&month=${month}` }),
  },
  'GET /v1/reports/monthly.csv': {
    request: ({ organisationId }) => ({
      path: `/v1/reports/monthly.csv?organisation=${organisationId}&month=${month}`,
    }),
  },
}
