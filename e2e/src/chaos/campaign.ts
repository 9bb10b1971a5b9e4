import { tmpdir } from 'node:os'
import type { Evidence } from './evidence.ts'
import type { Fault, Ground, Lengths } from './fault.ts'
import { type Installation, openInstallation } from './installation.ts'
import { runFault, type Verdict } from './run-fault.ts'
import { SmallDisk } from './small-disk.ts'

/**
 * Makes faults with one seed. Those on the same ground happen to one installation, one after the other, as in a long life; after a
 * broken promise the next fault gets a new one.
 */
export class Campaign implements AsyncDisposable {
  private readonly seed: number
  private readonly devices: number
  private readonly lengths: Lengths
  private installation: Installation | undefined

  constructor(options: { seed: number; devices: number; lengths: Lengths }) {
    this.seed = options.seed
    this.devices = options.devices
    this.lengths = options.lengths
  }

  /** `alter` changes the evidence before it is judged: to plant a bug. */
  async run(fault: Fault, alter?: (evidence: Evidence) => void): Promise<Verdict> {
    const { seed, devices, lengths } = this
    const reason = reasonToSkip(fault.ground)
    if (reason !== undefined) {
      return { fault: fault.name, seed, outcome: 'skipped', violations: [], figures: {}, reason }
    }
    if (this.installation?.ground !== fault.ground) await this[Symbol.asyncDispose]()
    this.installation ??= await openInstallation(fault.ground, { devices, seed })
    const verdict = await runFault(this.installation, fault, { seed, lengths, ...(alter ? { alter } : {}) })
    if (verdict.violations.length > 0) await this[Symbol.asyncDispose]()
    return verdict
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { installation } = this
    this.installation = undefined
    await installation?.[Symbol.asyncDispose]()
  }
}

/** Why faults cannot be made on this ground here; undefined if they can. */
export function reasonToSkip(ground: Ground): string | undefined {
  if (ground !== 'small-disks' || SmallDisk.isPossible(tmpdir())) return undefined
  return 'a small disk cannot be mounted here: that takes root'
}
