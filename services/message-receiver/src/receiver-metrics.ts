import type { Metrics } from '@stellacontrol/runtime'

export type ReceiverMetrics = ReturnType<typeof createReceiverMetrics>

export function createReceiverMetrics(metrics: Metrics) {
  return {
    appended: metrics.counter('stella_messages_appended_total', 'Messages the queue has confirmed'),
    appendSeconds: metrics.durations('stella_queue_append_seconds', 'From sending a batch to the queue to its reply'),
    appendFailures: metrics.counter('stella_queue_append_failures_total', 'Appends that the queue did not confirm'),
    messagesRefused: metrics.counter(
      'stella_messages_refused_total',
      'Messages given back unconfirmed: sent again later',
    ),
    waiting: metrics.gauge('stella_messages_waiting', 'Messages that wait for the queue to confirm them'),
    connections: metrics.gauge('stella_device_connections', 'Open connections of devices'),
    clonesSuspected: metrics.counter('stella_device_clones_suspected_total', 'Devices that seem to share one identity'),
    refused: metrics.counter('stella_connections_refused_total', 'Connections closed for a reason of ours', ['reason']),
  }
}
