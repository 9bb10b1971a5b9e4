import { tmpdir } from 'node:os'
import type { Fault, Ground, Lengths } from './fault.ts'
import { type Installation, openInstallation } from './installation.ts'
import { runFault, type Verdict } from './run-fault.ts'
import { SmallDisk } from './small-disk.ts'

export interface Campaign {
  faults: readonly Fault[]
  seeds: readonly number[]
  devices: number
  lengths: Lengths
  /** Told of every verdict as it falls. */
  onVerdict: (verdict: Verdict) => void
}

/**
 * Makes every fault with every seed. Faults on the same ground happen to one installation, one after the other, as in a long life;
 * after a broken promise the next fault gets a new one.
 */
export async function runCampaign({ faults, seeds, devices, lengths, onVerdict }: Campaign): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const seed of seeds) {
    let installation: Installation | undefined
    try {
      for (const fault of faults) {
        const verdict = await runOne(fault, seed)
        verdicts.push(verdict)
        onVerdict(verdict)
      }
    } finally {
      await installation?.[Symbol.asyncDispose]()
    }

    async function runOne(fault: Fault, ownSeed: number): Promise<Verdict> {
      const reason = reasonToSkip(fault.ground)
      if (reason !== undefined) return skipped(fault, ownSeed, reason)
      if (installation?.ground !== fault.ground) {
        await installation?.[Symbol.asyncDispose]()
        installation = undefined
        installation = await openInstallation(fault.ground, { devices, seed: ownSeed })
      }
      const verdict = await runFault(installation, fault, { seed: ownSeed, lengths })
      if (verdict.outcome === 'failed' || fault.mustLose) {
        await installation[Symbol.asyncDispose]()
        installation = undefined
      }
      return verdict
    }
  }
  return verdicts
}

export function reasonToSkip(ground: Ground): string | undefined {
  if (ground !== 'small-disks' || SmallDisk.isPossible(tmpdir())) return undefined
  return 'a small disk cannot be mounted here: that takes root'
}

function skipped({ name }: Fault, seed: number, reason: string): Verdict {
  return { fault: name, seed, outcome: 'skipped', violations: [], figures: {}, reason }
}
