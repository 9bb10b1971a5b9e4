import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { registerFleet } from '@stellacontrol/database'
import { type Fleet, planFleet } from '@stellacontrol/simulator'
import { temporaryFolder, waitFor } from '@stellacontrol/test-servers'
import type { ServiceProcess } from '../stack/service-process.ts'
import { type Stack, startStack } from '../stack/stack.ts'
import { type Alerting, addAlerting, alertRecordOf } from './alerting/alerting.ts'
import { Mailbox } from './alerting/mailbox.ts'
import type { Ground } from './fault.ts'
import { isSubscriberRegistered, viewOwners } from './servers-view.ts'
import { SmallDisk } from './small-disk.ts'

const megabyte = 1_048_576
/** Large enough for an append-only file that is not rewritten during a run. */
const queueDiskBytes = 256 * megabyte
const postgresDiskBytes = 1024 * megabyte
/** The simulated devices report a hundred times more often than real ones, and catch up after outages. */
const reportsPerSecondOfOneDevice = '2000'
const registeredDeadlineMs = 30_000

export interface SmallDisks {
  queue: SmallDisk
  postgres: SmallDisk
}

/** A whole installation with a fleet and a durable subscriber, in which one fault after the other can be made. */
export interface Installation extends AsyncDisposable {
  ground: Ground
  stack: Stack
  fleet: Fleet
  /** Where the witness of every load on this installation lies. */
  witnessFolder: string
  subscriber: ServiceProcess
  subscriberRecord: string
  disks: SmallDisks | undefined
  alerting: Alerting | undefined
  /** Everything that should run, runs; servers and services that a fault left behind are started or woken again. */
  heal(): Promise<void>
}

/** Starts two processors, one receiver, the servers, and the subscriber; waits until it cannot miss anything. */
export async function openInstallation(
  ground: Ground,
  options: { devices: number; seed: number },
): Promise<Installation> {
  const folder = temporaryFolder()
  const disks = ground === 'small-disks' ? mountDisks(folder) : undefined
  const mailbox = ground === 'alerting' ? await Mailbox.open() : undefined
  const stack = await startStack({
    folder,
    devices: 0,
    processors: 2,
    queueDurable: ground !== 'volatile-queue',
    environment: {
      STELLA_MQTT_REPORTS_PER_SECOND: reportsPerSecondOfOneDevice,
      ...(mailbox ? mailEnvironment(mailbox) : {}),
    },
  })
  const fleet = planFleet({ seed: options.seed, count: options.devices, withFaults: false })
  await registerFleet(stack.database, fleet)
  const subscriberRecord = join(folder, 'subscriber.record')
  const subscriber = stack.helper('chaos-subscriber', 'e2e/dist/chaos/subscriber.js', [
    subscriberRecord,
    alertRecordOf(folder),
  ])
  const installation: Installation = {
    ...{ ground, stack, fleet, subscriber, subscriberRecord, disks, alerting: undefined },
    witnessFolder: join(folder, 'witness'),
    heal: () => heal(stack, subscriber, installation.alerting),
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]()
      await mailbox?.[Symbol.asyncDispose]()
      disks?.queue[Symbol.dispose]()
      disks?.postgres[Symbol.dispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await waitFor(() => isSubscriberRegistered(stack), { what: 'the subscriber', deadlineMs: registeredDeadlineMs })
    await waitFor(async () => (await viewOwners(stack)).every((owner) => owner !== ''), {
      what: 'the processors to share the partitions',
      deadlineMs: registeredDeadlineMs,
    })
    if (mailbox) installation.alerting = await addAlerting(stack, fleet, mailbox)
    return installation
  } catch (error) {
    await installation[Symbol.asyncDispose]()
    throw error
  }
}

function mailEnvironment({ address }: Mailbox): Record<string, string> {
  return {
    STELLA_SMTP_URL: address,
    STELLA_MAIL_FROM: 'stella@chaos.example',
    STELLA_PUBLIC_URL: 'https://stella.example',
  }
}

/** The folders are those that the servers will be given. */
function mountDisks(folder: string): SmallDisks {
  const queue = new SmallDisk(join(folder, 'queue'), queueDiskBytes)
  return { queue, postgres: new SmallDisk(join(folder, 'postgres', 'postgres'), postgresDiskBytes) }
}

async function heal(stack: Stack, subscriber: ServiceProcess, alerting: Alerting | undefined): Promise<void> {
  const { queue, state, postgres } = stack
  for (const server of [queue, state, postgres]) {
    if (server.isRunning()) server.resume()
    else await server.restart()
  }
  await alerting?.mailbox.back()
  const watching = alerting ? [...alerting.monitors, ...alerting.notifiers] : []
  for (const service of [...stack.receivers, ...stack.processors, subscriber, ...watching]) {
    if (service.isRunning) service.resume()
    else service.start()
  }
}
