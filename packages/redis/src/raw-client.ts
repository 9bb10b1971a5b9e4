import type { RedisArgument } from './connection.ts'

export type NodeSender = (args: RedisArgument[]) => Promise<unknown>

/** One live link, reduced to what this package needs of the library. */
export interface RawClient {
  /** Resolves when the link is gone, whoever ended it. */
  readonly ended: Promise<void>
  send(key: string | undefined, args: RedisArgument[], buffers: boolean): Promise<unknown>
  /** Runs `work` against every master that answers: one node, or all of a Cluster. Fails if it failed everywhere. */
  eachMaster(work: (send: NodeSender) => Promise<void>): Promise<void>
  /** A name that ends in `*` is a pattern. */
  subscribe(name: string, listener: (message: string, channel: string) => void): Promise<void>
  unsubscribe(name: string): Promise<void>
  /** False if this link cannot be what it should be any more, e.g. because the Sentinels name another master. */
  isStillRight(): Promise<boolean>
  isServerError(error: unknown): boolean
  destroy(): void
}

export function isPattern(name: string): boolean {
  return name.endsWith('*')
}

/** A promise that is resolved from outside, once. */
export function createEnd(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
