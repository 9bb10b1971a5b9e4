import { createHash } from 'node:crypto'

/**
 * The partitions that `owner` should hold among `members`: each partition goes to the member with the highest hash of the two
 * names [Thaler and Ravishankar 1998], but nobody gets more than its share, so that two instances share 16 as 8 and 8.
 */
export function wantedPartitions(partitions: number, members: readonly string[], owner: string): Set<number> {
  const everybody = [...new Set([...members, owner])].sort()
  const share = Math.ceil(partitions / everybody.length)
  const held = new Map(everybody.map((member) => [member, 0]))
  const wanted = new Set<number>()
  for (let partition = 0; partition < partitions; partition++) {
    const chosen = rank(everybody, partition).find((member) => (held.get(member) ?? 0) < share) ?? owner
    held.set(chosen, (held.get(chosen) ?? 0) + 1)
    if (chosen === owner) wanted.add(partition)
  }
  return wanted
}

function rank(members: readonly string[], partition: number): string[] {
  const weighed = members.map((member) => ({ member, weight: weightOf(member, partition) }))
  return weighed.sort((left, right) => right.weight - left.weight).map(({ member }) => member)
}

function weightOf(member: string, partition: number): number {
  return createHash('sha1').update(`${member}\n${partition}`).digest().readUInt32BE(0)
}
