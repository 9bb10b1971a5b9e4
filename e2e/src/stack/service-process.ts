import { type ChildProcess, fork } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
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

  send(message: { type: string; [field: string]: unknown }): void {
    this.child?.send(message)
  }

  /** The next message of a type that the process sends over its IPC channel; fails if the process ends first. */
  message<Message>(type: string): Promise<Message> {
    const { child } = this
    return new Promise((resolve, reject) => {
      const onMessage = (message: unknown) => {
        if ((message as { type?: string }).type !== type) return
        stopListening()
        resolve(message as Message)
      }
      const onExit = (code: number | null, signal: string | null) => {
        stopListening()
        const log = readFileSync(this.logFile, 'utf8').slice(-2_000)
        reject(new Error(`${this.name} ended (${signal ?? code}) before it sent "${type}"; its log ends:\n${log}`))
      }
      const stopListening = () => child?.off('message', onMessage).off('exit', onExit)
      child?.on('message', onMessage).once('exit', onExit)
    })
  }

  /** Asks the process for its report. */
  report<Report>(): Promise<Report> {
    const answer = this.message<Report>('report')
    this.send({ type: 'report' })
    return answer
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
