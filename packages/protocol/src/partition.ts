/**
 * The partition of a device: FNV-1a (32 bit) of its serial modulo the number of partitions. The number is fixed at install;
 * every message of a device goes through the same partition, which is what keeps a device's messages in order.
 * Source: http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function partitionOf(serial: string, partitions: number): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < serial.length; index++) {
    hash ^= serial.charCodeAt(index)
    hash = Math.imul(hash, 0x01000193)
  }
  return (hash >>> 0) % partitions
}

/** How many partitions an installation has unless it chose otherwise at its first start. */
export const defaultPartitions = 16
