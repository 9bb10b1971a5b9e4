import { MessageType } from '@stellacontrol/protocol'
import { openRedis, subscribeMessage } from '@stellacontrol/redis'
import { LatencyHistogram } from './latency-histogram.ts'

/** Reads every accepted status from the durable topic and measures how old it is; tells its parent when asked. */
let received = 0
let outOfOrder = 0
let latencyMs = new LatencyHistogram()
const newest = new Map<string, number>()

openRedis({ name: 'bench-subscriber', environment: process.env })
await subscribeMessage({
  type: MessageType.DeviceStatus,
  reader: 'bench-subscriber',
  handler(status) {
    received++
    latencyMs.record(Date.now() - Date.parse(status.at))
    const known = newest.get(status.serial) ?? 0
    if (status.sequence <= known) outOfOrder++
    newest.set(status.serial, Math.max(known, status.sequence))
  },
})
process.send?.({ type: 'ready' })

process.on('message', (message: { type: string }) => {
  if (message.type === 'reset') latencyMs = new LatencyHistogram()
  if (message.type === 'report') process.send?.({ type: 'report', received, outOfOrder, latencyMs: latencyMs.counts })
})
process.on('disconnect', () => process.exit(0))
