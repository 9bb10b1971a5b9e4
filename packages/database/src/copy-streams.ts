import { Readable, Writable } from 'node:stream'
import { CodedError } from '@stellacontrol/runtime'
import type { PoolClient } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

/**
 * Sends `data` to `COPY … FROM STDIN`. A server that stops reading must not hold the writer for ever: after the limit the
 * connection is cut.
 */
export function copyIn(client: PoolClient, text: string, data: Buffer, limitMs: number): Promise<void> {
  const stream = client.query(copyFrom(text))
  if (!(stream instanceof Writable)) throw new TypeError('COPY needs a stream')
  return settled(client, limitMs, (settle) => {
    stream.once('error', settle)
    stream.once('finish', () => settle())
    stream.end(data)
  })
}

/** Hands over what `COPY … TO STDOUT` says, chunk by chunk. If `take` throws, the connection is cut: the server gives up as well. */
export function copyOut(
  client: PoolClient,
  text: string,
  take: (chunk: Buffer) => void,
  limitMs: number,
): Promise<void> {
  const stream = client.query(copyTo(text))
  if (!(stream instanceof Readable)) throw new TypeError('COPY needs a stream')
  return settled(client, limitMs, (settle) => {
    stream.on('error', settle)
    stream.once('end', () => settle())
    stream.on('data', (chunk: Buffer) => {
      try {
        take(chunk)
      } catch (error) {
        stream.removeAllListeners('data')
        client.connection.stream.destroy()
        settle(error as Error)
      }
    })
  })
}

function settled(client: PoolClient, limitMs: number, begin: (settle: (error?: Error | null) => void) => void) {
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = new CodedError('ETIMEDOUT', `COPY had no answer within ${limitMs} ms`)
      client.connection.stream.destroy(error)
      settle(error)
    }, limitMs)
    const settle = (error?: Error | null) => {
      clearTimeout(timer)
      client.off('error', settle)
      client.off('end', ended)
      if (error) reject(error)
      else resolve()
    }
    const ended = () => settle(new CodedError('ECONNRESET', 'connection ended during COPY'))
    client.once('error', settle)
    client.once('end', ended)
    begin(settle)
  })
}
