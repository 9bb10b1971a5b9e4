import { setTimeout as delay } from 'node:timers/promises'
import { type Stack, startStack } from '@stellacontrol/e2e'
import { type DeviceStatus, encodeReport, MessageType, reportToStatus, uplinkTopic } from '@stellacontrol/protocol'
import { limitsOf } from '@stellacontrol/protocol/models'
import { acceptStatuses, openRedis, type Redis, statusUpdateOf, subscribeMessage } from '@stellacontrol/redis'
import { MqttConnection } from '@stellacontrol/simulator'
import { waitFor } from '@stellacontrol/test-servers'
import { LatencyHistogram } from './latency-histogram.ts'
import { Load, percentiles } from './load.ts'
import { fullReport } from './load-payload.ts'
import { usageOfTree } from './process-usage.ts'

const reportsPerSecond = 1_000
const loadDevices = 1_000
/** Devices that become too hot while the others report: each is one alert. */
const probes = 300
const probeEveryMs = 100
const warmUpMs = 3_000
/** Statuses that wait for the service when it starts; a topic keeps 20,000 per partition. */
const waiting = 80_000
/** The first and last of them do not count: the service takes its partitions one after the other. */
const edge = 5_000

/** From a device's publish to its alert on the bus while 1,000 reports a second come in, and how many statuses the service takes. */
export async function alertsServiceBench(): Promise<Record<string, unknown>> {
  await using stack = await startStack({ devices: loadDevices + probes })
  let monitor = await stack.addAlertMonitor()
  await using redis = openRedis({ name: 'bench', environment: stack.environment })
  await redis.state.ready()
  const publishToAlertMs = await measureProbes(stack)
  await monitor.kill()
  await fillTopic(redis, stack)
  monitor = await stack.addAlertMonitor()
  const serviceStatusesPerSecond = await measureRate(stack)
  return {
    openLoopPerSecond: reportsPerSecond,
    publishToAlertMs,
    serviceStatusesPerSecond,
    serviceRssMiB: usageOfTree(monitor.pid).rssMiB,
  }
}

async function measureProbes(stack: Stack) {
  const histogram = new LatencyHistogram()
  const publishedAt = new Map<string, number>()
  await subscribeMessage({
    type: MessageType.AlertRaised,
    handler: ({ device, alert }) => {
      const at = publishedAt.get(device.serialNumber)
      if (at !== undefined && alert.rule === 'temperature-exceeded') histogram.record(Date.now() - at)
    },
  })
  const load = await Load.connect({ ...stack, devices: stack.devices.slice(0, loadDevices) }, { inFlight: 1 })
  load.start(reportsPerSecond)
  await delay(warmUpMs)
  for (const [index, { serial, secret }] of stack.devices.slice(loadDevices).entries()) {
    const connection = new MqttConnection({
      ...{ host: '127.0.0.1', port: stack.mqttPorts[0] as number, reconnect: false },
      ...{ clientId: serial, username: serial, password: secret },
    })
    connection.open()
    await waitFor(() => connection.isConnected, { what: `${serial} to connect`, intervalMs: 5 })
    const report = { ...fullReport(index), bootId: 1, seq: 1, environment: { boardTemperatureDc: 800 } }
    publishedAt.set(serial, Date.now())
    await connection.publish(uplinkTopic(serial, 'report'), Buffer.from(encodeReport(report)))
    await connection.close()
    await delay(probeEveryMs)
  }
  await waitFor(() => histogram.count >= probes, { what: 'an alert of every probe', deadlineMs: 30_000 })
  await load.settle()
  return percentiles(histogram.counts)
}

/** Puts statuses of all devices into the durable topic, as the message processor does. */
async function fillTopic({ state, keys }: Redis, { devices }: Stack): Promise<void> {
  const rounds = Math.ceil(waiting / devices.length)
  for (let round = 0; round < rounds; round++) {
    const byPartition = new Map<number, DeviceStatus[]>()
    for (const [index, { serial }] of devices.entries()) {
      const report = { ...fullReport(index + round), bootId: 2, seq: round + 1 }
      const partition = keys.partitionOf(serial)
      const list = byPartition.get(partition) ?? []
      list.push(reportToStatus(serial, report as never, Date.now(), limitsOf('iR5')))
      byPartition.set(partition, list)
    }
    for (const [partition, statuses] of byPartition) {
      await acceptStatuses(state, keys, partition, statuses.map(statusUpdateOf))
    }
  }
}

async function measureRate({ healthUrls }: Stack): Promise<number> {
  const evaluated = async () => {
    const text = await (await fetch(`${healthUrls['alert-monitor']}/metrics`)).text()
    return Number(/stella_alert_statuses_total\{outcome="evaluated"[^}]*\} (\d+)/.exec(text)?.[1] ?? 0)
  }
  const reach = (count: number) =>
    waitFor(
      async () => {
        const done = await evaluated()
        return done >= count ? { done, at: performance.now() } : undefined
      },
      { what: `${count} statuses`, deadlineMs: 120_000, intervalMs: 50 },
    )
  const first = await reach(edge)
  const last = await reach(waiting - edge)
  return Math.round(((last.done - first.done) / (last.at - first.at)) * 1_000)
}
