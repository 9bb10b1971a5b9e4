import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the range the kernel gives to outgoing connections (32768 and up on Linux, 49152 and up on macOS), so that no
 * client connection takes a server's port while that server restarts.
 */
const firstPort = 20_000
const lastPort = 32_000
const attempts = 200

const handedOut = new Set<number>()

/** Whether this process may listen on a port of the given address now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** A port of 127.0.0.1 nobody listens on. Never the same one twice in a process; another process may still be faster. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(firstPort, lastPort)
    if (handedOut.has(port) || !(await isPortFree(port))) continue
    handedOut.add(port)
    return port
  }
  throw new Error(`no free port found between ${firstPort} and ${lastPort}`)
}
