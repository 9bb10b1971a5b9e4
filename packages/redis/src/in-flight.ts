import type { RedisArgument } from './connection.ts'

/** Commands that were begun in the same while. */
interface Generation {
  begunAt: number
  open: number
}

/**
 * What is on its way to Redis: how many commands, how many bytes, and how long the oldest of them has waited. Counted per
 * generation (one per `mark`), so that a command costs two additions.
 */
export class InFlight {
  commands = 0
  bytes = 0
  lastReplyAt = performance.now()
  private readonly generations: Generation[] = [{ begunAt: performance.now(), open: 0 }]

  /** Returns how to say that the command has ended. */
  begin(bytes: number): () => void {
    if (this.commands === 0) this.lastReplyAt = performance.now()
    const generation = this.generations.at(-1) as Generation
    generation.open++
    this.commands++
    this.bytes += bytes
    return () => {
      generation.open--
      this.commands--
      this.bytes -= bytes
      this.lastReplyAt = performance.now()
    }
  }

  /** Begins a new generation. Call it regularly. */
  mark(now: number): void {
    const newest = this.generations.at(-1) as Generation
    if (newest.open === 0) newest.begunAt = now
    else this.generations.push({ begunAt: now, open: 0 })
    while (this.generations.length > 1 && this.generations[0]?.open === 0) this.generations.shift()
  }

  /** How long the oldest command has waited at most; 0 if none waits. */
  oldestMs(now: number): number {
    return this.commands === 0 ? 0 : now - (this.generations[0] as Generation).begunAt
  }

  /** The process itself slept: what happened meanwhile is nobody's fault. */
  forgive(now: number): void {
    this.lastReplyAt = now
    for (const generation of this.generations) generation.begunAt = now
  }
}

export function bytesOf(args: readonly RedisArgument[]): number {
  let bytes = 0
  for (const argument of args) bytes += argument.length
  return bytes
}
