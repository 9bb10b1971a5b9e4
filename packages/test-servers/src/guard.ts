import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'

/**
 * Waits for the end of its standard input, which the kernel closes however this process dies, kill -9 included. Then it
 * stops the server: wakes it if it was paused, asks, and after ten seconds insists.
 */
const script = `
trap '' INT TERM HUP
cat > /dev/null
kill -CONT "$1" 2> /dev/null
kill "-$2" "$1" 2> /dev/null
left=100
while [ "$left" -gt 0 ] && kill -0 "$1" 2> /dev/null; do sleep 0.1; left=$((left - 1)); done
kill -KILL "$1" 2> /dev/null
`

/** Makes a server end with this process. The returned function calls the guard off; call it once the server is gone. */
export function guardProcess(pid: number, stopSignal: 'TERM' | 'INT'): () => void {
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(pid), stopSignal], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.on('error', () => {})
  guard.unref()
  const pipe = guard.stdin as Socket
  pipe.on('error', () => {})
  pipe.unref()
  return () => guard.kill('SIGKILL')
}
