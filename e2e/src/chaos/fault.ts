import type { Chance } from './chance.ts'
import type { Installation } from './installation.ts'
import type { Load } from './load.ts'

/** What a fault needs to stand on; faults on the same ground can share an installation, one after the other. */
export type Ground = 'usual' | 'alerting' | 'small-disks' | 'volatile-queue'

/** How long things last: short in the test suite, full in `npm run chaos`. */
export interface Lengths {
  /** Load before the fault begins, at least. */
  beforeMs: number
  /** The fault begins at a moment within this time, by the seed. */
  scatterMs: number
  /** Load after the fault is over. */
  afterMs: number
  /** A server or disk that stays away on purpose. */
  outageMs: number
  /** PostgreSQL that stays away on purpose. */
  postgresGoneMs: number
}

export const shortLengths: Lengths = {
  beforeMs: 500,
  scatterMs: 1_000,
  afterMs: 1_000,
  outageMs: 4_000,
  postgresGoneMs: 10_000,
}
export const fullLengths: Lengths = {
  beforeMs: 4_000,
  scatterMs: 2_000,
  afterMs: 5_000,
  outageMs: 20_000,
  postgresGoneMs: 60_000,
}

/** Where a fault happens, and whom it tells what it saw. */
export interface Scene {
  installation: Installation
  load: Load
  chance: Chance
  lengths: Lengths
  /** A figure for the verdict, e.g. how long partitions took to move. */
  note(name: string, value: number): void
  /** A promise that was broken while the fault lasted. */
  violate(detail: string): void
}

export interface Fault {
  name: string
  /** One line for people. */
  summary: string
  ground: Ground
  /** The subscriber or what it commits to is hit: it may see announcements again. Otherwise every one comes exactly once. */
  mayRepeatAnnouncements?: boolean
  /** Too long for every run of the tests: `npm run chaos` makes it. */
  isLong?: boolean
  /** Proves that the judge can fail: the run passes only if it finds losses. */
  mustLose?: boolean
  /** Makes the fault, watches what must go on meanwhile, and ends it. */
  inject(scene: Scene): Promise<void>
}
