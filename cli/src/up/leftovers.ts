import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import {
  identityOf,
  isSameProcessAlive,
  type ProcessIdentity,
  signalProcess,
  waitFor,
} from '@stellacontrol/test-servers'

/** Services end by themselves within eight seconds when their starter dies. */
const ownEndDeadlineMs = 9_000

/** Remembers the children of this process, for the next start in case this one cannot end them. */
export function recordChildren(file: string, pids: readonly number[]): void {
  const identities = pids.map((pid) => identityOf(pid)).filter((identity) => identity !== undefined)
  const unfinished = `${file}.unfinished`
  writeFileSync(unfinished, JSON.stringify(identities))
  renameSync(unfinished, file)
}

/** Ends the children that a killed starter left: they still hold the ports. */
export async function endLeftovers(file: string): Promise<void> {
  const alive = readIdentities(file).filter(isSameProcessAlive)
  for (const { pid } of alive) signalProcess(pid, 'SIGTERM')
  const areGone = () => !alive.some(isSameProcessAlive)
  await waitFor(areGone, { deadlineMs: ownEndDeadlineMs, what: 'the processes of the last start to end' }).catch(() => {
    for (const identity of alive) if (isSameProcessAlive(identity)) signalProcess(identity.pid, 'SIGKILL')
  })
  await waitFor(areGone, { what: 'the killed processes of the last start to end' })
  rmSync(file, { force: true })
}

function readIdentities(file: string): ProcessIdentity[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity[]
  } catch {
    return []
  }
}
