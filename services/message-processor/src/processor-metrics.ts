import type { Metrics } from '@stellacontrol/runtime'

export type ProcessorMetrics = ReturnType<typeof createProcessorMetrics>

export function createProcessorMetrics(metrics: Metrics) {
  return {
    live: metrics.counter('stella_live_reports_total', 'Reports the live reader has decided on', ['outcome']),
    history: metrics.counter('stella_history_reports_total', 'Messages the history reader has decided on', ['outcome']),
    batchSeconds: metrics.durations('stella_batch_seconds', 'Handling and committing one batch', ['reader']),
    batchEntries: metrics.counter('stella_batch_entries_total', 'Entries handled', ['reader']),
    expired: metrics.counter('stella_log_expired_total', 'Entries that outlived a log before a reader had read them', [
      'log',
    ]),
  }
}
