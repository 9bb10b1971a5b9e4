/** A page is not sent news of a device more often than this: 4 times a second. */
export const minimumIntervalMs = 250

interface Watched {
  serial: string
  /** Epoch ms of the last message about the device; 0 = none yet. */
  sentAt: number
}

/**
 * What one connection watches in one level of detail, and which of it has news. The first news of a quiet device is due at
 * once; further news waits until the interval has passed, and only the newest state is then sent, however much came. Pure
 * state: no clock, no I/O.
 */
export class WatchList {
  private watched = new Map<string, Watched>()
  private readonly news = new Set<Watched>()

  get serials(): IterableIterator<string> {
    return this.watched.keys()
  }

  get hasNews(): boolean {
    return this.news.size > 0
  }

  /** Replaces what is watched. Everything in the new list has news: whoever subscribes gets the present state. */
  replace(serials: readonly string[]): { added: string[]; removed: string[] } {
    const before = this.watched
    this.watched = new Map()
    this.news.clear()
    const added: string[] = []
    for (const serial of serials) {
      const known = before.get(serial)
      if (known === undefined) added.push(serial)
      const watched = { serial, sentAt: 0 }
      this.watched.set(serial, watched)
      this.news.add(watched)
    }
    const removed = [...before.keys()].filter((serial) => !this.watched.has(serial))
    return { added, removed }
  }

  /** Notes that a device has a newer state than the one last taken. */
  mark(serial: string): void {
    const watched = this.watched.get(serial)
    if (watched) this.news.add(watched)
  }

  /** The serials whose news may be sent now; they count as sent. */
  takeDue(now: number): string[] {
    const due: string[] = []
    for (const watched of this.news) {
      if (now - watched.sentAt < minimumIntervalMs) continue
      watched.sentAt = now
      this.news.delete(watched)
      due.push(watched.serial)
    }
    return due
  }
}
