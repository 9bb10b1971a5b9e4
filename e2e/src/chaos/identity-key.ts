const sequences = 2 ** 32

/** A report's (boot, sequence) as one number that sorts like the pair; exact for the boot numbers of a simulation. */
export function identityKey(bootId: number, sequence: number): number {
  return bootId * sequences + sequence
}

export function describeKey(key: number): string {
  return `boot ${Math.floor(key / sequences)} report ${key % sequences}`
}
