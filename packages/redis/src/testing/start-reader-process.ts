import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A reader process and what it has said so far, line by line. */
export interface ReaderProcess {
  readonly pid: number
  readonly lines: readonly string[]
  hasEnded(): boolean
  kill(signal: NodeJS.Signals): void
}

/** Node 20 runs no TypeScript: the program is taken from the build, as `npm test` makes it. */
const program = fileURLToPath(new URL('../../dist/testing/reader-process.js', import.meta.url))

export function startReaderProcess(environment: Record<string, string>): ReaderProcess {
  const child: ChildProcess = fork(program, [], {
    env: { ...process.env, ...environment },
    // The tests' own flags make imports mean the TypeScript sources.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const lines: string[] = []
  let rest = ''
  child.stdout?.on('data', (data) => {
    const parts = (rest + String(data)).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  return {
    pid: child.pid ?? 0,
    lines,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    kill: (signal) => void child.kill(signal),
  }
}

/** The messages that a process says it has handled, by device. */
export function handledBy(lines: readonly string[]): Map<string, number[]> {
  const handled = new Map<string, number[]>()
  for (const line of lines) {
    const [word, serial = '', receivedAt] = line.split(' ')
    if (word === 'handled') handled.set(serial, [...(handled.get(serial) ?? []), Number(receivedAt)])
  }
  return handled
}
