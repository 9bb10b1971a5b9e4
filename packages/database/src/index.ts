export * from './accounts.ts'
export * from './alerts/alert-registry.ts'
export * from './alerts/alert-rules.ts'
export { findHeededIncidents } from './alerts/heeded-incidents.ts'
export * from './alerts/incident-events.ts'
export type { IncidentFilter } from './alerts/incident-query.ts'
export * from './alerts/maintenance-windows.ts'
export * from './alerts/monthly-report.ts'
export { type PastColumns, pastColumnsOf } from './alerts/past-columns.ts'
export * from './alerts/read-incidents.ts'
export { type PastPart, readPast } from './alerts/read-past.ts'
export { type PastLevel, readPastLevels } from './alerts/read-past-levels.ts'
export { listUnannounced, recordIncident } from './alerts/record-incident.ts'
export * from './audit.ts'
export * from './change-credentials.ts'
export * from './change-devices.ts'
export * from './claim-codes.ts'
export {
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Queries,
  type Transaction,
  withTransaction,
} from './database.ts'
export { codeOf, HistoryDataError, isUnavailable } from './database-errors.ts'
export {
  addCertificate,
  addSecret,
  type CredentialKind,
  createSecret,
  type DeviceCredentials,
  type DeviceState,
  findDeviceCredentials,
  hashSecret,
  listCredentials,
  noteCredentialUse,
  revokeCredential,
  type ValidCredential,
} from './device-credentials.ts'
export * from './device-list/import-devices.ts'
export * from './device-list/read-device-list.ts'
export * from './device-list/write-device-list.ts'
export * from './device-records.ts'
export * from './devices.ts'
export { provisionSecret } from './handed-over-credentials.ts'
export { reportColumns } from './history/history-layout.ts'
export { type HistoryRequest, historyMetrics } from './history/history-request.ts'
export { defaultReportRetentionMs, type HistoryRow, historyRow } from './history/history-row.ts'
export { type LedgerPartition, readLedger } from './history/ledger.ts'
export {
  compactClosedPartitions,
  defaultRetentionMs,
  maintainPartitions,
  type Retention,
} from './history/maintain-partitions.ts'
export { readHistory } from './history/read-history.ts'
export { rollUpDueHours } from './history/roll-ups.ts'
export {
  countSetAsideSince,
  getSetAside,
  listSetAside,
  markReplayed,
} from './history/set-aside.ts'
export { type HistoryBatch, type HistoryEntry, type PartitionResult, writeHistory } from './history/write-history.ts'
export * from './invitations.ts'
export * from './mail-outbox.ts'
export * from './memberships.ts'
export { checkSchema, migrate } from './migrate.ts'
export * from './named-pages.ts'
export * from './notifications/escalation-steps.ts'
export * from './notifications/monthly-report-mails.ts'
export * from './notifications/notification-deliveries.ts'
export * from './notifications/notification-directory.ts'
export * from './notifications/notification-preferences.ts'
export * from './notifications/sms-statuses.ts'
export * from './notifications/suppressed-addresses.ts'
export * from './organisations.ts'
export * from './password-resets.ts'
export * from './people.ts'
export * from './register-fleet.ts'
export * from './scope.ts'
export * from './sites.ts'
export * from './users.ts'
