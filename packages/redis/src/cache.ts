import type { RedisArgument } from './connection.ts'
import { ambientRedis, type Redis } from './redis.ts'

/** Plain values in the state Redis. Keys are written as people know them (`sc:status:<serial>`), in every mode. */
export interface Cache {
  get(key: string): Promise<string | undefined>
  /** Sets a value. It lives for ever unless `expiresInMs` is given. */
  set(key: string, value: string, options?: { expiresInMs?: number }): Promise<void>
  /** Returns whether there was something to remove. */
  remove(key: string): Promise<boolean>
  /** Any other command, e.g. `command(key, ['HGETALL', key])`. */
  command(key: string, args: RedisArgument[]): Promise<unknown>
}

/**
 * Runs `work` with the cache and returns what it returns. Waits for the connection, so that it can be the first line of a
 * script. @throws `redis-unavailable`
 */
export async function useCache<Result>(work: (cache: Cache) => Promise<Result>): Promise<Result> {
  const redis = ambientRedis()
  await redis.state.ready()
  return work(cacheOf(redis))
}

export function cacheOf({ state, keys }: Redis): Cache {
  return {
    async get(key) {
      const name = keys.resolve(key)
      const value = await state.command(name, ['GET', name])
      return value === null ? undefined : String(value)
    },
    async set(key, value, options) {
      const name = keys.resolve(key)
      const expiry = options?.expiresInMs === undefined ? [] : ['PX', String(options.expiresInMs)]
      await state.command(name, ['SET', name, value, ...expiry])
    },
    async remove(key) {
      const name = keys.resolve(key)
      return (await state.command(name, ['DEL', name])) === 1
    },
    command(key, args) {
      return state.command(keys.resolve(key), args)
    },
  }
}
