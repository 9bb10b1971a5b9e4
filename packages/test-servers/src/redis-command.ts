import { connect } from 'node:net'

/** What a Redis server may answer, decoded from RESP2. */
export type RedisReply = string | number | null | RedisReply[]

const answerDeadlineMs = 5_000

/**
 * Sends one command on a connection of its own and returns the reply. Enough to assign slots, ask for readiness and look at a
 * server from a test; services use `@stellacontrol/redis`. Throws the server's error text.
 */
export function redisCommand(port: number, ...words: (string | number)[]): Promise<RedisReply> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let received = Buffer.alloc(0)
    const finish = (act: () => void) => {
      socket.destroy()
      act()
    }
    socket.setTimeout(answerDeadlineMs, () =>
      finish(() => reject(new Error(`no answer from Redis within ${answerDeadlineMs} ms`))),
    )
    socket.once('error', (error) => finish(() => reject(error)))
    socket.once('close', () => reject(new Error('Redis closed the connection')))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      const parsed = parseReply(received, 0)
      if (parsed === undefined) return
      const { value } = parsed
      finish(() => (value instanceof Error ? reject(value) : resolve(value)))
    })
    socket.write(encodeCommand(words.map(String)))
  })
}

function encodeCommand(words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
}

interface Parsed<Value> {
  value: Value
  next: number
}

/** Reads one RESP2 value; undefined while it is not complete. */
function parseReply(bytes: Buffer, start: number): Parsed<RedisReply | Error> | undefined {
  const lineEnd = bytes.indexOf('\r\n', start)
  if (lineEnd < 0) return undefined
  const line = bytes.toString('utf8', start + 1, lineEnd)
  const next = lineEnd + 2
  switch (bytes.toString('latin1', start, start + 1)) {
    case '+':
      return { value: line, next }
    case '-':
      return { value: new Error(line), next }
    case ':':
      return { value: Number(line), next }
    case '$':
      return parseBulk(bytes, next, Number(line))
    default:
      return parseArray(bytes, next, Number(line))
  }
}

function parseBulk(bytes: Buffer, start: number, length: number): Parsed<string | null> | undefined {
  if (length < 0) return { value: null, next: start }
  const end = start + length
  return bytes.length < end + 2 ? undefined : { value: bytes.toString('utf8', start, end), next: end + 2 }
}

function parseArray(bytes: Buffer, start: number, length: number): Parsed<RedisReply | Error> | undefined {
  if (length < 0) return { value: null, next: start }
  const values: RedisReply[] = []
  let next = start
  for (let index = 0; index < length; index += 1) {
    const item = parseReply(bytes, next)
    if (item === undefined) return undefined
    values.push(item.value instanceof Error ? item.value.message : item.value)
    next = item.next
  }
  return { value: values, next }
}
