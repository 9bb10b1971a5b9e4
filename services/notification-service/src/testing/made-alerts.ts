import { randomUUID } from 'node:crypto'
import type { Alert, AlertChange, AlertMessage } from '@stellacontrol/protocol'

export function madeAlert(given: Partial<Alert> = {}): Alert {
  const at = given.at ?? new Date().toISOString()
  return {
    ...{
      id: randomUUID(),
      version: 1,
      rule: 'temperature-high',
      ruleName: 'Temperature exceeded',
      class: 'environment',
    },
    ...{ severity: 'major', state: 'open', at, since: at, raisedAt: at, repeats: 0, isAnnounced: true },
    ...{ text: 'Board temperature 76.4 °C, above 75 °C', advice: 'Check cooling and airflow.' },
    ...given,
  }
}

/** The next event of an incident. */
export function eventOf(
  event: AlertChange,
  serialNumber: string,
  alert: Alert,
  change: Partial<Alert> = {},
): AlertMessage {
  return { event, device: { serialNumber }, alert: { ...alert, ...change } }
}
