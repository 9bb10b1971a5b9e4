import { type ChildProcess, fork } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nodeFlags } from '@stellacontrol/runtime'

const repositoryFolder = fileURLToPath(new URL('../../../', import.meta.url))

/** A built service (or the simulator, or a bench's helper) as a process that a test can kill, freeze and start again. */
export class ServiceProcess implements AsyncDisposable {
  readonly name: string
  private readonly file: string
  private readonly environment: Record<string, string>
  private readonly logFile: string
  private readonly parameters: string[]
  private child: ChildProcess | undefined
  private ended: Promise<void> = Promise.resolve()

  constructor(options: {
    name: string
    file: string
    environment: Record<string, string>
    logFile: string
    parameters?: string[]
  }) {
    this.name = options.name
    this.file = options.file
    this.environment = options.environment
    this.logFile = options.logFile
    this.parameters = options.parameters ?? []
  }

  get pid(): number {
    const pid = this.child?.pid
    if (pid === undefined) throw new Error(`${this.name} does not run`)
    return pid
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null
  }

  start(): this {
    const child = fork(`${repositoryFolder}${this.file}`, this.parameters, {
      env: { PATH: process.env.PATH, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      // A test runner's own loaders and conditions are not for built programs.
      execArgv: [...nodeFlags],
    })
    const log = createWriteStream(this.logFile, { flags: 'a' })
    child.stdout?.pipe(log, { end: false })
    child.stderr?.pipe(log, { end: false })
    this.child = child
    this.ended = new Promise((resolve) => child.once('exit', () => resolve()))
    return this
  }

  /** The messages that the process sends over its IPC channel. */
  onMessage(listener: (message: unknown) => void): void {
    this.child?.on('message', listener)
  }

  send(message: unknown): void {
    this.child?.send(message as object)
  }

  /** SIGTERM, and waits for the end. */
  async stop(): Promise<void> {
    if (this.isRunning) this.child?.kill('SIGTERM')
    await this.ended
  }

  /** SIGKILL, and waits for the end. */
  async kill(): Promise<void> {
    if (this.isRunning) this.child?.kill('SIGKILL')
    await this.ended
  }

  pause(): void {
    process.kill(this.pid, 'SIGSTOP')
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }
}
