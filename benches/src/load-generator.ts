import { performance } from 'node:perf_hooks'
import { uplinkTopic } from '@stellacontrol/protocol'
import { MqttConnection } from '@stellacontrol/simulator'
import { LatencyHistogram } from './latency-histogram.ts'
import { PayloadMaker } from './load-payload.ts'

/** What the parent asks for. `reportsPerSecond` undefined = closed loop: as fast as PUBACKs come. */
export interface LoadOrder {
  ports: number[]
  devices: { serial: string; secret: string }[]
  /** Reports that a device sends at once. */
  inFlight: number
  bootId: number
  reportsPerSecond?: number
  /** Connect over TLS; PEM of the authority of the servers' certificates. */
  authority?: string
}

export interface LoadReport {
  connected: number
  sent: number
  acknowledged: number
  failed: number
  pubackMs: number[]
  /** Highest acknowledged sequence of each device, in the order of the devices; sequences are sent in order. */
  acknowledgedBySerial: [string, number][]
}

interface LoadDevice {
  connection: MqttConnection
  serial: string
  topic: Buffer
  sequence: number
  acknowledged: number
}

let devices: LoadDevice[] = []
let order: LoadOrder
let isRunning = false
let sent = 0
let acknowledged = 0
let failed = 0
let pubackMs = new LatencyHistogram()
let openLoopRate = 0
const payloads = new PayloadMaker()
const startedAt = performance.now()

process.on('message', (message: { type: string; order?: LoadOrder; reportsPerSecond?: number }) => {
  if (message.type === 'connect' && message.order) connectAll(message.order)
  if (message.type === 'start') start(message.reportsPerSecond)
  if (message.type === 'stop') isRunning = false
  if (message.type === 'rate' && message.reportsPerSecond) openLoopRate = message.reportsPerSecond
  if (message.type === 'reset') pubackMs = new LatencyHistogram()
  if (message.type === 'report') process.send?.({ type: 'report', ...report() })
})

function connectAll(newOrder: LoadOrder): void {
  order = newOrder
  devices = order.devices.map(({ serial, secret }, index) => {
    const port = order.ports[index % order.ports.length] as number
    const credentials = { clientId: serial, username: serial, password: secret }
    const tls = order.authority === undefined ? undefined : { ca: order.authority }
    const address = { host: '127.0.0.1', port, tls }
    const connection = new MqttConnection({ ...address, ...credentials, acknowledgeTimeoutMs: 120_000 })
    connection.open()
    return { connection, serial, topic: Buffer.from(uplinkTopic(serial, 'report')), sequence: 0, acknowledged: 0 }
  })
}

function start(reportsPerSecond: number | undefined): void {
  isRunning = true
  if (reportsPerSecond === undefined) closedLoop()
  else openLoop(reportsPerSecond)
}

function closedLoop(): void {
  for (const device of devices) for (let slot = 0; slot < order.inFlight; slot++) sendNext(device, true)
}

/** Sends at a fixed rate whatever the answers do, so that a stall shows as latency and not as fewer questions. */
function openLoop(reportsPerSecond: number): void {
  openLoopRate = reportsPerSecond
  let due = 0
  let begun = 0
  let checkedAt = performance.now()
  const timer = setInterval(() => {
    if (!isRunning) return clearInterval(timer)
    const now = performance.now()
    due += ((now - checkedAt) / 1000) * openLoopRate
    checkedAt = now
    for (; begun < Math.floor(due); begun++)
      sendNext(devices[Math.floor(begun / order.inFlight) % devices.length] as LoadDevice, false)
  }, 2)
}

function sendNext(device: LoadDevice, isClosedLoop: boolean): void {
  if (!isRunning) return
  const seq = ++device.sequence
  const sentAtMs = Date.now()
  const sentAt = performance.now()
  const uptimeS = Math.floor((sentAt - startedAt) / 1000)
  sent++
  device.connection.send(
    device.topic,
    payloads.make({ bootId: order.bootId, seq, sentAtMs, uptimeS }),
    false,
    (error) => {
      if (error) {
        failed++
        return
      }
      acknowledged++
      device.acknowledged++
      pubackMs.record(performance.now() - sentAt)
      if (isClosedLoop) sendNext(device, true)
    },
  )
}

function report(): LoadReport {
  return {
    connected: devices.filter(({ connection }) => connection.isConnected).length,
    sent,
    acknowledged,
    failed,
    pubackMs: pubackMs.counts,
    acknowledgedBySerial: devices.map((device) => [device.serial, device.acknowledged]),
  }
}
