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

/** Processes of the usual installation that end in the middle of their work, sleep, come and go. */
export const processFaults: readonly Fault[] = [
  receiverKilled,
  processorKilled,
  queueKilled,
  stateKilled,
  subscriberKilled,
  postgresKilled,
  everythingKilled,
  processorFrozen,
  processorsChanged,
]

/** Every fault, in the order in which `--all` makes them: those of one ground follow each other. */
export const faults: readonly Fault[] = [
  ...processFaults,
  queueFull,
  queueFrozen,
  postgresGone,
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
