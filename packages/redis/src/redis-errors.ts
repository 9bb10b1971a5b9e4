import { CodedError, messageOf } from '@stellacontrol/runtime'

/** Thrown when there is no usable connection. Whether a command that was in flight took effect is unknown. */
export function redisUnavailable(detail: string, cause?: unknown): CodedError {
  return new CodedError('redis-unavailable', `Redis is not reachable: ${detail}`, { cause })
}

/** Replies that mean "this server, now, is not the one to talk to". */
const wrongServer = /^(READONLY|LOADING|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|UNBLOCKED|NOMASTERLINK)/
/** Replies of a server that is full, busy with a script, cannot write its disk, or moves slots. */
const notNow = /^(OOM|MISCONF|BUSY|TRYAGAIN)/

export function meansWrongServer(message: string): boolean {
  return wrongServer.test(message)
}

/** True for errors that say nothing about the data: the server was away, full, overloaded or changing its role. */
export function isRedisUnavailable(error: unknown): boolean {
  if (error instanceof CodedError) return error.code === 'redis-unavailable' || error.code === 'redis-overloaded'
  return notNow.test(messageOf(error))
}
