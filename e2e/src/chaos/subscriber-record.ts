import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { identityKey } from './identity-key.ts'

/**
 * What the durable subscriber has handled, in order, written by it and by nobody else: a line `<serial> <bootId> <sequence>` for
 * each message, before the message counts as handled. The page cache keeps it when the process is killed.
 */
export class SubscriberRecorder implements Disposable {
  private readonly file: number

  constructor(path: string) {
    this.file = openSync(path, 'a')
  }

  handled(serial: string, bootId: number, sequence: number): void {
    writeSync(this.file, `${serial} ${bootId} ${sequence}\n`)
  }

  [Symbol.dispose](): void {
    closeSync(this.file)
  }
}

/** The reports of each device in the order in which the subscriber handled them. */
export function readSubscriberRecord(path: string): Map<string, number[]> {
  const announced = new Map<string, number[]>()
  if (!existsSync(path)) return announced
  for (const line of readFileSync(path, 'latin1').split('\n')) {
    const [serial, bootId, sequence] = line.split(' ')
    if (serial === undefined || bootId === undefined || sequence === undefined) continue
    const keys = announced.get(serial)
    const key = identityKey(Number(bootId), Number(sequence))
    if (keys) keys.push(key)
    else announced.set(serial, [key])
  }
  return announced
}
