import { setTimeout as delay } from 'node:timers/promises'
import { redisCommand, type Server } from '@stellacontrol/test-servers'
import type { Fault, Scene } from '../fault.ts'
import { residentMiB } from '../resident-memory.ts'
import { watchLiveGoesOn } from '../watch.ts'

const receiverMemoryMiB = 300
/** PUBACKs that were on their way when the queue closed have arrived by then. */
const lastPubacksMs = 2_000

export const postgresGone: Fault = {
  name: 'postgres-gone',
  summary: 'PostgreSQL is gone for a minute; live statuses go on meanwhile',
  ground: 'usual',
  async inject(scene) {
    const { postgres } = scene.installation.stack
    await postgres.kill()
    await whileLiveGoesOn(scene, scene.lengths.postgresGoneMs)
    await postgres.restart()
  },
}

export const queueFull: Fault = {
  name: 'queue-full',
  summary: 'the queue Redis is at maxmemory: no PUBACK, bounded memory, recovery by itself',
  ground: 'usual',
  async inject(scene) {
    const { queue } = scene.installation.stack
    await redisCommand(queue.port, 'CONFIG', 'SET', 'maxmemory', '100kb')
    await withoutPuback(scene)
    await redisCommand(queue.port, 'CONFIG', 'SET', 'maxmemory', '0')
  },
}

export const queueFrozen: Fault = {
  name: 'queue-frozen',
  summary: 'SIGSTOP of the queue Redis: connections stay open and nothing answers; no PUBACK, bounded memory',
  ground: 'usual',
  async inject(scene) {
    const { queue } = scene.installation.stack
    queue.pause()
    await withoutPuback(scene)
    queue.resume()
  },
}

export const queueDiskFull: Fault = {
  name: 'queue-disk-full',
  summary: 'no room for the append-only file: the queue Redis ends rather than confirm what it cannot keep',
  ground: 'small-disks',
  async inject(scene) {
    const { installation } = scene
    const { queue } = installation.stack
    installation.disks?.queue.fill()
    await withoutPuback(scene)
    scene.note('queueEnded', queue.isRunning() ? 0 : 1)
    installation.disks?.queue.free()
    await startIfEnded(queue)
  },
}

export const postgresDiskFull: Fault = {
  name: 'postgres-disk-full',
  summary: 'no room for tables and WAL of PostgreSQL; live statuses go on meanwhile',
  ground: 'small-disks',
  async inject(scene) {
    const { installation } = scene
    const { postgres } = installation.stack
    installation.disks?.postgres.fill()
    await whileLiveGoesOn(scene, scene.lengths.outageMs)
    scene.note('postgresEnded', postgres.isRunning() ? 0 : 1)
    installation.disks?.postgres.free()
    await startIfEnded(postgres)
  },
}

export const durabilityOff: Fault = {
  name: 'durability-off',
  summary: 'self-check: a queue without append-only file is killed; passes only if the judge finds the losses',
  ground: 'volatile-queue',
  mayRepeatAnnouncements: true,
  mustLose: true,
  async inject({ installation }) {
    const { queue, processors } = installation.stack
    for (const processor of processors) processor.pause()
    await delay(1_000)
    await queue.kill()
    await queue.restart()
    for (const processor of processors) processor.resume()
  },
}

async function whileLiveGoesOn(scene: Scene, durationMs: number): Promise<void> {
  const endAt = performance.now() + durationMs
  await watchLiveGoesOn(scene)
  while (performance.now() < endAt) {
    await delay(Math.min(1_000, endAt - performance.now()))
    await watchLiveGoesOn(scene)
  }
}

/** Nothing is acknowledged while the queue takes nothing, and the receiver stays small. */
async function withoutPuback({ installation, load, lengths, note, violate }: Scene): Promise<void> {
  await delay(lastPubacksMs)
  const acknowledged = load.acknowledged
  const endAt = performance.now() + lengths.outageMs
  let largestMiB = 0
  while (performance.now() < endAt) {
    for (const { pid } of installation.stack.receivers) largestMiB = Math.max(largestMiB, residentMiB(pid))
    await delay(100)
  }
  note('receiverMiB', largestMiB)
  if (largestMiB > receiverMemoryMiB) violate(`the receiver grew to ${Math.round(largestMiB)} MiB`)
  if (load.acknowledged > acknowledged) violate(`${load.acknowledged - acknowledged} PUBACKs without a queue`)
}

async function startIfEnded(server: Server): Promise<void> {
  if (!server.isRunning()) await server.restart()
}
