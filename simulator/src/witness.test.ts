import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from './testing/eventually.ts'
import { readWitness, type WitnessRecord, WitnessWriter, witnessFlags } from './witness.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'witness-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function readAll(): Promise<WitnessRecord[]> {
  const records: WitnessRecord[] = []
  for await (const record of readWitness(folder)) records.push(record)
  return records
}

test('everything that was written is read again, over several runs and in order', async () => {
  const first = new WitnessWriter(folder, 1_000)
  first.sent('HN88192AD', { bootId: 2, seq: 1, at: 1_732_390_000_123 }, 0)
  first.acknowledged('HN88192AD', { bootId: 2, seq: 1, at: 1_732_390_000_123 }, 0)
  first.close()
  const second = new WitnessWriter(folder, 2_000)
  second.sent('HN8740E91', { bootId: 4_000_000_000, seq: 7, at: 5 }, witnessFlags.backfill | witnessFlags.repeated)
  second.close()
  expect(await readAll()).toEqual([
    { kind: 'sent', serial: 'HN88192AD', bootId: 2, seq: 1, at: 1_732_390_000_123, flags: 0 },
    { kind: 'acknowledged', serial: 'HN88192AD', bootId: 2, seq: 1, at: 1_732_390_000_123, flags: 0 },
    { kind: 'sent', serial: 'HN8740E91', bootId: 4_000_000_000, seq: 7, at: 5, flags: 3 },
  ])
})

test('more than its buffer holds is kept as well', async () => {
  const writer = new WitnessWriter(folder, 1_000)
  const count = 120_000
  for (let seq = 1; seq <= count; seq++) writer.acknowledged(`DEVICE-${seq % 300}`, { bootId: 1, seq, at: seq }, 0)
  writer.close()
  let expected = 1
  for await (const { serial, seq } of readWitness(folder)) {
    if (seq !== expected || serial !== `DEVICE-${seq % 300}`) throw new Error(`record ${expected} is ${serial} ${seq}`)
    expected += 1
  }
  expect(expected).toBe(count + 1)
})

test('a record is on the disk soon after, without closing', async () => {
  const writer = new WitnessWriter(folder, 1_000)
  writer.acknowledged('HN88192AD', { bootId: 2, seq: 1, at: 1 }, 0)
  await eventually(() => statSync(writer.path).size > 0, 'written', 1_000)
  expect(await readAll()).toHaveLength(1)
  writer.close()
})

test('half a record at the end of a killed run is left out', async () => {
  const writer = new WitnessWriter(folder, 1_000)
  writer.acknowledged('HN88192AD', { bootId: 2, seq: 1, at: 1 }, 0)
  writer.acknowledged('HN88192AD', { bootId: 2, seq: 2, at: 2 }, 0)
  writer.close()
  truncateSync(writer.path, statSync(writer.path).size - 5)
  expect((await readAll()).map(({ seq }) => seq)).toEqual([1])
})

test('a file that is damaged is an error, not fewer records', async () => {
  const writer = new WitnessWriter(folder, 1_000)
  writer.acknowledged('HN88192AD', { bootId: 2, seq: 1, at: 1 }, 0)
  writer.close()
  appendFileSync(writer.path, Buffer.alloc(22, 0x7a))
  await expect(readAll()).rejects.toThrow('unknown kind of record')
})
