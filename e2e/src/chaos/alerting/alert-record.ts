import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { AlertMessage } from '@stellacontrol/protocol'

/** What the durable subscriber heard of incidents, in order: a line of JSON for each message, before it counts as handled. */
export function recordAlert(path: string, message: AlertMessage): void {
  appendFileSync(path, `${JSON.stringify(message)}\n`)
}

/** The last line may be cut: the process was killed while it wrote, and hears that message again. */
export function readAlertRecord(path: string): AlertMessage[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as AlertMessage]
      } catch {
        return []
      }
    })
}
