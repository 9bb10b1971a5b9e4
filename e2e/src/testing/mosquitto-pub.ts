import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const protocolPage = fileURLToPath(new URL('../../../docs/protocol.md', import.meta.url))

/** The bytes of the report that docs/protocol.md writes into a file, with printf's octal escapes. */
export function documentedReport(): Buffer {
  const escapes = /^printf '((?:\\\d{3}|[^'\\])+)' > report\.bin$/m.exec(readFileSync(protocolPage, 'utf8'))?.[1]
  if (escapes === undefined) throw new Error('docs/protocol.md shows no report')
  const text = escapes.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
  return Buffer.from(text, 'latin1')
}

/** Publishes a file as the page says; rejects if mosquitto_pub fails. */
export function mosquittoPub(words: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('mosquitto_pub', words, { stdio: ['ignore', 'ignore', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', (chunk) => {
      complaint += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`mosquitto_pub: ${code} ${complaint}`))))
  })
}
