/** One entry of a log: its stream id ("<ms>-<n>"), the device it is about, and its other fields by name. */
export interface LogEntry {
  id: string
  serial: string
  fields: ReadonlyMap<string, Buffer>
}

export interface PartitionBatch {
  partition: number
  entries: LogEntry[]
  /** Of the lease under which it was read: who writes under it can tell whether it still holds. */
  epoch?: number
}

/** A partition that an instance holds now, with the epoch of its lease. */
export interface HeldPartition {
  partition: number
  epoch: number
}

/** The reply of XREAD as node-redis gives it with maps as arrays: [stream, entries, stream, entries…] or pairs. */
export function parseReadReply(reply: unknown): Map<string, LogEntry[]> {
  const streams = new Map<string, LogEntry[]>()
  if (!Array.isArray(reply)) return streams
  const isFlat = reply.length > 0 && !Array.isArray(reply[0])
  if (isFlat) {
    for (let index = 0; index + 1 < reply.length; index += 2)
      streams.set(String(reply[index]), parseEntries(reply[index + 1]))
  } else {
    for (const [stream, entries] of reply) streams.set(String(stream), parseEntries(entries))
  }
  return streams
}

/** The reply of XRANGE, or one stream of XREAD's. */
export function parseEntries(reply: unknown): LogEntry[] {
  return (reply as [Buffer, Buffer[]][]).map(([id, flat]) => {
    const fields = new Map<string, Buffer>()
    let serial = ''
    for (let index = 0; index + 1 < flat.length; index += 2) {
      const name = (flat[index] as Buffer).toString('latin1')
      const value = flat[index + 1] as Buffer
      if (name === 's') serial = value.toString('latin1')
      else fields.set(name, value)
    }
    return { id: id.toString('latin1'), serial, fields }
  })
}

/** Orders stream ids. */
export function compareIds(left: string, right: string): number {
  const [leftMs = 0, leftNumber = 0] = left.split('-').map(Number)
  const [rightMs = 0, rightNumber = 0] = right.split('-').map(Number)
  return leftMs - rightMs || leftNumber - rightNumber
}
