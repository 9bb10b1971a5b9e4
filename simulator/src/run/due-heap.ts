/** Who is due next: a binary heap of entries ordered by their moment. */
export class DueHeap<Entry> {
  readonly #moments: number[] = []
  readonly #entries: Entry[] = []

  /** When the first entry is due, epoch ms; Infinity if there is none. */
  get nextAt(): number {
    return this.#moments[0] ?? Number.POSITIVE_INFINITY
  }

  push(at: number, entry: Entry): void {
    let index = this.#moments.length
    this.#moments.push(at)
    this.#entries.push(entry)
    while (index > 0) {
      const parent = (index - 1) >> 1
      if ((this.#moments[parent] ?? 0) <= at) break
      this.#swap(index, parent)
      index = parent
    }
  }

  /** Removes and returns the entry that is due first; undefined if there is none. */
  pop(): Entry | undefined {
    const last = this.#moments.length - 1
    if (last < 0) return undefined
    this.#swap(0, last)
    const entry = this.#entries.pop()
    this.#moments.pop()
    this.#sink()
    return entry
  }

  #sink(): void {
    const moments = this.#moments
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const right = left + 1
      let least = index
      if ((moments[left] ?? Number.POSITIVE_INFINITY) < (moments[least] ?? 0)) least = left
      if ((moments[right] ?? Number.POSITIVE_INFINITY) < (moments[least] ?? 0)) least = right
      if (least === index) return
      this.#swap(index, least)
      index = least
    }
  }

  #swap(one: number, other: number): void {
    const moments = this.#moments as [number]
    const entries = this.#entries as [Entry]
    const moment = moments[one] as number
    const entry = entries[one] as Entry
    moments[one as 0] = moments[other] as number
    entries[one as 0] = entries[other] as Entry
    moments[other as 0] = moment
    entries[other as 0] = entry
  }
}
