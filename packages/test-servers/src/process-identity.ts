import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process that is still the same one: its id, and when it started (kernel ticks on Linux, text elsewhere). */
export interface ProcessIdentity {
  pid: number
  startedAt: string
}

/** When a process started, in words only good for comparing; undefined when there is no such process (or only its zombie). */
export function processStart(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    const text = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim()
    return text === undefined || text === '' ? undefined : text
  }
  const fields = statFields(pid)
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19]
}

export function identityOf(pid: number): ProcessIdentity | undefined {
  const startedAt = processStart(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

/** Whether that very process still runs. A process id that was given out again does not count. */
export function isSameProcessAlive({ pid, startedAt }: ProcessIdentity): boolean {
  return processStart(pid) === startedAt
}

/** The direct children of a process. */
export function childrenOf(parent: number): number[] {
  if (process.platform !== 'linux') {
    const listing = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout ?? ''
    return listing
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .flatMap(([pid, ppid]) => (ppid === parent && pid !== undefined ? [pid] : []))
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statFields(pid)?.[1] === String(parent))
}

/** Sends a signal; a process that is gone already is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The fields of /proc/<pid>/stat after the command: state, parent, …, [19] = start time in ticks. The command may hold blanks. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
