import type { Fault } from './fault.ts'
import {
  alertingBattered,
  alertingStateGone,
  alertingStateKilled,
  alertMonitorKilled,
  mailServerGone,
  notificationServiceKilled,
} from './faults/alerting.ts'
import {
  everythingKilled,
  postgresKilled,
  processorKilled,
  queueKilled,
  receiverKilled,
  stateKilled,
  subscriberKilled,
} from './faults/kills.ts'
import {
  durabilityOff,
  postgresDiskFull,
  postgresGone,
  queueDiskFull,
  queueFrozen,
  queueFull,
} from './faults/outages.ts'
import { processorFrozen, processorsChanged } from './faults/processors.ts'

/** Every fault, in the order in which `--all` makes them. */
export const faults: readonly Fault[] = [
  receiverKilled,
  processorKilled,
  processorFrozen,
  processorsChanged,
  queueKilled,
  queueFull,
  queueFrozen,
  stateKilled,
  subscriberKilled,
  postgresKilled,
  postgresGone,
  everythingKilled,
  alertingBattered,
  alertMonitorKilled,
  notificationServiceKilled,
  alertingStateKilled,
  alertingStateGone,
  mailServerGone,
  queueDiskFull,
  postgresDiskFull,
  durabilityOff,
]
