import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { guardProcess } from './guard.ts'
import { childrenOf, signalProcess } from './process-identity.ts'

/** How to run one server program. */
export interface Launch {
  /** The word used in messages. */
  name: string
  command: string
  arguments: string[]
  workingFolder: string
  logFile: string
  /** The user to run as, when it is not ours. */
  account?: { uid: number; gid: number }
  stopSignal: 'TERM' | 'INT'
  /** Resolves to true once the server answers; asked again and again until then. */
  isReady: () => Promise<boolean>
}

/** One run of a server program, from its readiness to its end. */
export interface ServerProcess {
  readonly pid: number
  /** Resolves when the program has ended, for whatever reason. */
  readonly ended: Promise<void>
  hasEnded(): boolean
  stop(): Promise<void>
  kill(): Promise<void>
  pause(): void
  resume(): void
}

const readyDeadlineMs = 60_000
const stopDeadlineMs = 20_000
const logLimitBytes = 10 * 1024 * 1024
const tailBytes = 2_000

/** Starts a program and waits until it is ready. It dies with this process. Throws with the end of its log when it ends early. */
export async function launchServer(launch: Launch): Promise<ServerProcess> {
  const child = spawnServer(launch)
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const spawned = await new Promise<Error | undefined>((resolve) => {
    child.once('spawn', () => resolve(undefined))
    child.once('error', resolve)
  })
  const pid = child.pid
  if (spawned !== undefined || pid === undefined) {
    throw new Error(`${launch.name} cannot be started: ${spawned?.message ?? 'no process'}`, { cause: spawned })
  }
  const callOffGuard = guardProcess(pid, launch.stopSignal)
  ended.then(callOffGuard)
  await untilReady(launch, child, ended)
  return controls(launch, child, pid, ended)
}

function spawnServer(launch: Launch): ChildProcess {
  keepLogSmall(launch.logFile)
  const log = openSync(launch.logFile, 'a')
  try {
    return spawn(launch.command, launch.arguments, {
      cwd: launch.workingFolder,
      ...launch.account,
      // A session of its own: Ctrl-C in the terminal must not reach a server before the services that use it have ended.
      detached: true,
      stdio: ['ignore', log, log],
    })
  } finally {
    closeSync(log)
  }
}

async function untilReady(launch: Launch, child: ChildProcess, ended: Promise<void>): Promise<void> {
  const deadlineAt = performance.now() + readyDeadlineMs
  let over = false
  ended.then(() => {
    over = true
  })
  while (!over) {
    if (await launch.isReady().catch(() => false)) {
      // Somebody else's server may answer on the port while ours is failing to bind it.
      if (!over) return
      break
    }
    if (performance.now() > deadlineAt) {
      child.kill('SIGKILL')
      throw new Error(`${launch.name} was not ready within ${readyDeadlineMs} ms:\n${logTail(launch.logFile)}`)
    }
    await Promise.race([delay(15), ended])
  }
  const how = child.signalCode ?? `code ${child.exitCode}`
  throw new Error(`${launch.name} ended before it was ready (${how}):\n${logTail(launch.logFile)}`)
}

function controls(launch: Launch, child: ChildProcess, pid: number, ended: Promise<void>): ServerProcess {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const signalAll = (signal: NodeJS.Signals) => {
    if (hasEnded()) return
    // While the parent is frozen it has no further children; one that it was about to have shows at the second look.
    signalProcess(pid, 'SIGSTOP')
    const family = new Set([...childrenOf(pid), ...childrenOf(pid)])
    for (const member of family) signalProcess(member, signal)
    signalProcess(pid, signal)
  }
  return {
    pid,
    ended,
    hasEnded,
    async stop() {
      if (hasEnded()) return ended
      signalAll('SIGCONT')
      signalProcess(pid, `SIG${launch.stopSignal}`)
      const late = new AbortController()
      const insist = delay(stopDeadlineMs, undefined, { signal: late.signal }).then(() => signalAll('SIGKILL'))
      await ended
      late.abort()
      await insist.catch(() => {})
    },
    async kill() {
      signalAll('SIGKILL')
      await ended
    },
    pause: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
  }
}

function keepLogSmall(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > logLimitBytes) truncateSync(file)
}

function logTail(file: string): string {
  return readFileSync(file, 'utf8').slice(-tailBytes).trim()
}
