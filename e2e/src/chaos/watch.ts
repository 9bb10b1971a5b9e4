import { waitFor } from '@stellacontrol/test-servers'
import type { ServiceProcess } from '../stack/service-process.ts'
import type { Scene } from './fault.ts'
import { viewOwners, viewStatuses } from './servers-view.ts'

/** Partitions of an instance that is gone are in other hands by then. */
const partitionsMoveWithinMs = 10_000
/** Live statuses follow the reports within this time whatever PostgreSQL does; generous, because the machine is shared. */
const statusesMoveWithinMs = 15_000
const watchedDevices = 20

/** Instance names hold the process id: `message-processor@host:<pid>:<random>`. */
const isOwnedBy = (owner: string, processor: ServiceProcess) => owner.includes(`:${processor.pid}:`)

/** Waits until exactly these processors own every partition, each at least one; notes how long that took. */
export async function watchPartitionsMove(scene: Scene, owners: readonly ServiceProcess[]): Promise<void> {
  const { installation, note, violate } = scene
  const startedAt = performance.now()
  const hasMoved = async () => {
    const names = await viewOwners(installation.stack)
    const isEverybodyBusy = owners.every((owner) => names.some((name) => isOwnedBy(name, owner)))
    return isEverybodyBusy && names.every((name) => owners.some((owner) => isOwnedBy(name, owner)))
  }
  try {
    await waitFor(hasMoved, { what: 'partitions to move', deadlineMs: 3 * partitionsMoveWithinMs, intervalMs: 100 })
    const movedMs = performance.now() - startedAt
    note('partitionsMovedMs', movedMs)
    if (movedMs > partitionsMoveWithinMs) violate(`partitions moved only after ${Math.round(movedMs)} ms`)
  } catch (error) {
    violate((error as Error).message)
  }
}

/** Checks that statuses received from now on appear, with the fault on. */
export async function watchLiveGoesOn({ installation, load, note, violate }: Scene): Promise<void> {
  const { stack, fleet } = installation
  const flapping = 11
  const serials = fleet.devices.slice(flapping, flapping + watchedDevices).map(({ serial }) => serial)
  const since = new Date().toISOString()
  const startedAt = performance.now()
  const before = load.acknowledged
  const isMoving = async () => {
    const statuses = await viewStatuses(stack, serials)
    return statuses.size === serials.length && [...statuses.values()].every(({ receivedAt }) => receivedAt > since)
  }
  try {
    await waitFor(isMoving, { what: 'live statuses to go on', deadlineMs: statusesMoveWithinMs, intervalMs: 50 })
    note('liveWentOnMs', performance.now() - startedAt)
    if (load.acknowledged === before) violate('PUBACKs stopped')
  } catch (error) {
    violate((error as Error).message)
  }
}
