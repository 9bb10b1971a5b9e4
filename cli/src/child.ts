import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { nodeFlags } from '@stellacontrol/runtime'
import { CommandError } from './exit-code.ts'

/** Runs a program of ours in the foreground until it ends by itself or because the signal aborts. */
export async function runInForeground(
  file: string,
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(process.execPath, [...nodeFlags, file, ...words], {
    env: { ...environment },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  const stop = () => void child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit, by) => resolve(exit ?? 128 + (by === null ? 0 : constants.signals[by])))
  })
  signal.removeEventListener('abort', stop)
  if (code !== 0 && !signal.aborted) throw new CommandError('failure', `it ended with exit code ${code}`)
}
