import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { nodeFlags } from '@stellacontrol/runtime'
import { guardProcess } from '@stellacontrol/test-servers'
import { boundLogFile, withLogFile } from './log-file.ts'

/** A program of ours that must keep running. */
export interface ChildSpecification {
  name: string
  file: string
  arguments?: string[]
  environment: Readonly<Record<string, string | undefined>>
}

/** A run this long counts as healthy: the next crash is the first again. */
const healthyMs = 60_000
const firstDelayMs = 500
const longestDelayMs = 30_000
const logCheckMs = 30_000
const tailLines = 15

/** When a crashed child is started again. Pure. */
export function decideRestart(crashes: number, ranForMs: number): { crashes: number; delayMs: number } {
  const inARow = ranForMs >= healthyMs ? 1 : crashes + 1
  return { crashes: inARow, delayMs: Math.min(firstDelayMs * 2 ** (inARow - 1), longestDelayMs) }
}

/** Starts child processes, starts them again when they end unasked, and ends them. Their output goes to one log file each. */
export class Supervisor {
  private readonly running = new Map<string, ChildProcess>()
  private readonly crashes = new Map<string, number>()
  private readonly logs = new Set<string>()
  private readonly stopping = new AbortController()
  private readonly logFolder: string
  private readonly say: (line: string) => void
  private readonly onChange: (pids: number[]) => void
  private readonly timer: NodeJS.Timeout

  constructor(options: {
    logFolder: string
    say: (line: string) => void
    /** Told the process ids of all children whenever one starts or ends. */
    onChange?: (pids: number[]) => void
  }) {
    this.logFolder = options.logFolder
    this.say = options.say
    this.onChange = options.onChange ?? (() => {})
    this.timer = setInterval(() => {
      for (const log of this.logs) boundLogFile(log)
    }, logCheckMs)
  }

  start(specification: ChildSpecification): void {
    if (this.stopping.signal.aborted) return
    const { name, file } = specification
    const startedAt = performance.now()
    const logFile = this.logFileOf(name)
    boundLogFile(logFile)
    this.logs.add(logFile)
    const child = withLogFile(logFile, (log) =>
      spawn(process.execPath, [...nodeFlags, file, ...(specification.arguments ?? [])], {
        env: { ...specification.environment },
        stdio: ['ignore', log, log, 'ipc'],
        // A group of its own: Ctrl-C reaches us alone, and we stop everything in order.
        detached: true,
      }),
    )
    this.running.set(name, child)
    // Services notice the end of this process by themselves; the guard is for one that hangs.
    const callOffGuard = child.pid === undefined ? () => {} : guardProcess(child.pid, 'TERM')
    this.announce()
    child.once('error', () => {})
    child.once('close', (code, signal) => {
      callOffGuard()
      this.running.delete(name)
      this.announce()
      if (this.stopping.signal.aborted) return
      void this.startAgain(specification, signal ?? `code ${code}`, performance.now() - startedAt)
    })
  }

  /** How often a child crashed without a healthy run in between. */
  crashesOf(name: string): number {
    return this.crashes.get(name) ?? 0
  }

  pidOf(name: string): number | undefined {
    return this.running.get(name)?.pid
  }

  logFileOf(name: string): string {
    return join(this.logFolder, `${name}.log`)
  }

  /** The last lines that a child wrote. */
  lastWords(name: string): string {
    try {
      return readFileSync(this.logFileOf(name), 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n')
    } catch {
      return ''
    }
  }

  /** Asks the named children to end, all others too when none is named; after the deadline they are killed. */
  async stop(deadlineMs: number, names: readonly string[] = [...this.running.keys()]): Promise<void> {
    this.stopping.abort()
    clearInterval(this.timer)
    await Promise.all(names.map((name) => this.stopOne(name, deadlineMs)))
  }

  private announce(): void {
    this.onChange([...this.running.values()].flatMap(({ pid }) => pid ?? []))
  }

  private async stopOne(name: string, deadlineMs: number): Promise<void> {
    const child = this.running.get(name)
    if (child === undefined) return
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGTERM')
    const late = new AbortController()
    const insist = delay(deadlineMs, undefined, { signal: late.signal }).then(
      () => {
        this.say(`${name} did not end within ${deadlineMs} ms and was killed.`)
        child.kill('SIGKILL')
      },
      () => {},
    )
    await ended
    late.abort()
    await insist
  }

  private async startAgain(specification: ChildSpecification, how: string, ranForMs: number): Promise<void> {
    const { name } = specification
    const { crashes, delayMs } = decideRestart(this.crashesOf(name), ranForMs)
    this.crashes.set(name, crashes)
    this.say(`${name} ended (${how}) and is started again in ${delayMs / 1000} s; see ${this.logFileOf(name)}`)
    await delay(delayMs, undefined, { signal: this.stopping.signal }).catch(() => {})
    this.start(specification)
  }
}
