import { expect, test } from 'vitest'
import { wantedPartitions } from './wanted-partitions.ts'

const members = (count: number) => Array.from({ length: count }, (_, index) => `instance-${index}`)
const cases = [1, 2, 3, 4, 7, 8, 16, 20].flatMap((count) => [1, 4, 16, 64].map((partitions) => ({ count, partitions })))

test.each(cases)(
  '$count instances share $partitions partitions: each exactly once, nobody more than a share',
  ({ count, partitions }) => {
    const shares = members(count).map((member) => wantedPartitions(partitions, members(count), member))
    const all = shares.flatMap((share) => [...share]).sort((left, right) => left - right)
    expect(all).toEqual(Array.from({ length: partitions }, (_, partition) => partition))
    for (const share of shares) expect(share.size).toBeLessThanOrEqual(Math.ceil(partitions / count))
  },
)

test('the order of the members does not matter, and one who is not among them counts himself', () => {
  const shuffled = ['c', 'a', 'b']
  expect(wantedPartitions(16, shuffled, 'b')).toEqual(wantedPartitions(16, ['a', 'b', 'c'], 'b'))
  expect(wantedPartitions(16, ['a', 'c'], 'b')).toEqual(wantedPartitions(16, ['a', 'b', 'c'], 'b'))
  expect(wantedPartitions(16, [], 'b').size).toBe(16)
})

test('when an instance comes, most partitions stay where they were', () => {
  const before = members(4).map((member) => wantedPartitions(64, members(4), member))
  const after = members(4).map((member) => wantedPartitions(64, members(5), member))
  const stayed = before.map((share, index) => [...share].filter((partition) => after[index]?.has(partition)).length)
  expect(stayed.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(64 / 2)
})
