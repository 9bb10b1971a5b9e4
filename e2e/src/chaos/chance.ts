/**
 * The choices of one run: the same seed and label give the same moments and victims. mulberry32 on a FNV-1a hash of both.
 * Source: Tommy Ettinger, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */
export class Chance {
  private state: number

  constructor(seed: number, label: string) {
    let hash = 0x811c9dc5 ^ seed
    for (let index = 0; index < label.length; index++) hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193)
    this.state = hash
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return low + ((high - low) * ((mixed ^ (mixed >>> 14)) >>> 0)) / 4_294_967_296
  }

  /** One of the choices; throws if there is none. */
  pick<Choice>(choices: readonly Choice[]): Choice {
    const choice = choices[Math.floor(this.between(0, choices.length))]
    if (choice === undefined) throw new RangeError('nothing to pick from')
    return choice
  }

  /** All of them in a random order. */
  shuffle<Item>(items: readonly Item[]): Item[] {
    const keyed = items.map((item) => ({ item, key: this.between(0, 1) }))
    return keyed.sort((left, right) => left.key - right.key).map(({ item }) => item)
  }
}
