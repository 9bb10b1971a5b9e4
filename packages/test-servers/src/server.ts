import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CodedError } from '@stellacontrol/runtime'
import { freePort } from './free-port.ts'
import { identityOf, isSameProcessAlive, type ProcessIdentity, signalProcess } from './process-identity.ts'
import { type Launch, launchServer, type ServerProcess } from './server-process.ts'
import { waitFor } from './wait-for.ts'

/** A running server and the hands on it. All of them survive being called twice. */
export interface Server extends AsyncDisposable {
  readonly name: string
  readonly port: number
  /** The process id of the present run. */
  readonly pid: number
  /** Where the server's files lie. */
  readonly folder: string
  readonly logFile: string
  isRunning(): boolean
  /** Asks the server to end in good order and waits for it. */
  stop(): Promise<void>
  /** Ends the server and its children at once (SIGKILL). */
  kill(): Promise<void>
  /** Freezes the server and its children (SIGSTOP): connections stay open, nothing answers. */
  pause(): void
  resume(): void
  /** Stops the server if it runs, and starts it again on the same port and folder. */
  restart(): Promise<void>
  /** Calls back when a run ends that nobody asked to end. */
  onCrash(listener: () => void): void
}

/** What a kind of server must tell: the folder, and how to launch it on a port. */
export interface ServerKind {
  name: string
  folder: string
  /** Without one, a free port is chosen, and another one if somebody else was faster. */
  port?: number | undefined
  launchOn: (port: number) => Launch
  /** Runs once the folder is known to be ours, before the first launch. */
  prepare?: () => Promise<void>
}

const portAttempts = 5
const orphanDeadlineMs = 15_000

/**
 * Starts a server, first ending one that a dead process left behind in the same folder. Throws `server-in-use` when the one in
 * that folder belongs to a process that still runs.
 */
export async function startServer(kind: ServerKind): Promise<Server> {
  mkdirSync(kind.folder, { recursive: true })
  const recordFile = join(kind.folder, `${kind.name}.run.json`)
  await endOrphan(kind.name, recordFile)
  await kind.prepare?.()
  const first = await launchOnSomePort(kind)
  return serverOf(kind, first.port, new Hold(first.launch, first.run, recordFile))
}

async function launchOnSomePort(kind: ServerKind): Promise<{ run: ServerProcess; launch: Launch; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = kind.port ?? (await freePort())
    const launch = kind.launchOn(port)
    try {
      return { run: await launchServer(launch), launch, port }
    } catch (error) {
      const taken = error instanceof Error && /address already in use/i.test(error.message)
      if (!taken || kind.port !== undefined || attempt >= portAttempts) throw error
    }
  }
}

/** The present run of a server, and who wants to know when it ends unasked. */
class Hold {
  run: ServerProcess
  readonly launch: Launch
  readonly listeners = new Set<() => void>()
  private wanted = true
  private readonly recordFile: string

  constructor(launch: Launch, run: ServerProcess, recordFile: string) {
    this.launch = launch
    this.recordFile = recordFile
    this.run = run
    this.begin(run)
  }

  begin(run: ServerProcess): void {
    this.run = run
    this.wanted = true
    writeRecord(this.recordFile, run.pid, this.launch.stopSignal)
    run.ended.then(() => {
      if (this.run !== run) return
      rmSync(this.recordFile, { force: true })
      if (this.wanted) for (const listener of this.listeners) listener()
    })
  }

  async end(how: 'stop' | 'kill'): Promise<void> {
    this.wanted = false
    await this.run[how]()
  }
}

function serverOf(kind: ServerKind, port: number, hold: Hold): Server {
  return {
    name: kind.name,
    port,
    get pid() {
      return hold.run.pid
    },
    folder: kind.folder,
    logFile: hold.launch.logFile,
    isRunning: () => !hold.run.hasEnded(),
    stop: () => hold.end('stop'),
    kill: () => hold.end('kill'),
    pause: () => hold.run.pause(),
    resume: () => hold.run.resume(),
    async restart() {
      await hold.end('stop')
      hold.begin(await launchServer(hold.launch))
    },
    onCrash: (listener) => void hold.listeners.add(listener),
    [Symbol.asyncDispose]: () => hold.end('stop'),
  }
}

interface RunRecord {
  server: ProcessIdentity
  owner: ProcessIdentity
  stopSignal: 'TERM' | 'INT'
}

function writeRecord(file: string, pid: number, stopSignal: 'TERM' | 'INT'): void {
  const server = identityOf(pid)
  const owner = identityOf(process.pid)
  if (server === undefined || owner === undefined) return
  const record: RunRecord = { server, owner, stopSignal }
  writeFileSync(file, JSON.stringify(record))
}

async function endOrphan(name: string, recordFile: string): Promise<void> {
  const record = readRecord(recordFile)
  if (record === undefined || !isSameProcessAlive(record.server)) return
  const { server, owner, stopSignal } = record
  if (isSameProcessAlive(owner)) {
    throw new CodedError(
      'server-in-use',
      `${name} in this folder (process ${server.pid}) belongs to the running process ${owner.pid}`,
    )
  }
  signalProcess(server.pid, 'SIGCONT')
  signalProcess(server.pid, `SIG${stopSignal}`)
  const isGone = () => !isSameProcessAlive(server)
  await waitFor(isGone, { deadlineMs: orphanDeadlineMs, what: `the end of a left-over ${name}` }).catch(() =>
    signalProcess(server.pid, 'SIGKILL'),
  )
  await waitFor(isGone, { what: `the end of a left-over ${name} after SIGKILL` })
}

function readRecord(file: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunRecord
  } catch {
    return undefined
  }
}
