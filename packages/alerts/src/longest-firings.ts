import type { Firing } from './firing.ts'

export type NamedFiring = Firing & { serial: string; name: string }

const shown = 50

/** The firings that lasted longest of however many are added. No I/O. */
export class LongestFirings {
  private readonly untilAt: number
  private kept: NamedFiring[] = []

  /** @param untilAt epoch ms: when those end that are still raised */
  constructor(untilAt: number) {
    this.untilAt = untilAt
  }

  add(firing: NamedFiring): void {
    this.kept.push(firing)
    // Sorted so rarely that a firing costs next to nothing.
    if (this.kept.length > 20 * shown) this.list()
  }

  /** At most 50, longest first. */
  list(): readonly NamedFiring[] {
    this.kept = this.kept.sort((one, other) => this.lengthOf(other) - this.lengthOf(one)).slice(0, shown)
    return this.kept
  }

  private lengthOf({ raisedAt, clearedAt = this.untilAt }: Firing): number {
    return clearedAt - raisedAt
  }
}
