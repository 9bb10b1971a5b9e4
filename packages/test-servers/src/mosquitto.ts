import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { requireProgram } from './find-program.ts'
import { type Server, startServer } from './server.ts'

/** How to start one Mosquitto on 127.0.0.1. */
export interface MosquittoOptions {
  folder: string
  name?: string
  port?: number
  /** Further lines of mosquitto.conf. */
  lines?: string[]
}

export interface MosquittoServer extends Server {
  readonly url: string
}

export function mosquittoProgram(): string {
  return requireProgram(
    ['mosquitto'],
    ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'],
    '"mosquitto"',
  )
}

/** Starts Mosquitto without sign-in, with sessions kept on disk over a restart (not over kill -9). */
export async function startMosquitto(options: MosquittoOptions): Promise<MosquittoServer> {
  const name = options.name ?? 'mosquitto'
  const folder = join(options.folder, name)
  mkdirSync(folder, { recursive: true })
  const command = mosquittoProgram()
  const configurationFile = join(folder, 'mosquitto.conf')
  const server = await startServer({
    name,
    folder,
    port: options.port,
    launchOn: (port) => {
      writeFileSync(configurationFile, mosquittoConfiguration(port, options.lines))
      return {
        name,
        command,
        arguments: ['-c', configurationFile],
        workingFolder: folder,
        logFile: join(folder, `${name}.log`),
        stopSignal: 'TERM',
        isReady: () => acceptsConnections(port),
      }
    },
  })
  return Object.assign(server, { url: `mqtt://127.0.0.1:${server.port}` })
}

function mosquittoConfiguration(port: number, lines: string[] = []): string {
  return [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    // Relative to the working folder: the format has no quotes for blanks.
    'persistence_location ./',
    // Started as root, Mosquitto would become a user that cannot enter our folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    'max_queued_messages 0',
    'max_inflight_messages 0',
    ...lines,
    '',
  ].join('\n')
}

function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
