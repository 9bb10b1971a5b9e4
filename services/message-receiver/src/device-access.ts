import { type Database, type DeviceCredentials, noteCredentialUse, type ValidCredential } from '@stellacontrol/database'
import { claimIdentity, MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage, type Redis, subscribeMessage } from '@stellacontrol/redis'
import { describe, type Log, messageOf, pause } from '@stellacontrol/runtime'
import { type Admission, decideAdmission, type Identity, mayStay, type Proof } from './admission.ts'
import type { CredentialCache } from './credential-cache.ts'

/** News of a change that was lost are made good for by then: every open connection is looked up again. */
const sweepEveryMs = 15_000
const sweepBatch = 1_000
/** How exactly the registry says when a credential was used last. */
const noteUseEveryMs = 3_600_000

/** A connection that was admitted. */
export interface Admitted {
  identity: Identity
  credentialId: number
  /** True from the moment in which it is known that the device may not be here: nothing that it sends is taken any more. */
  isEnded: boolean
  /** Ends it at once, whatever the device does. */
  end: (reason: string) => void
  /** The device was claimed while it waited in its claim identity. */
  onChange: ((device: DeviceCredentials) => void) | undefined
}

/**
 * Who may be connected, at the door and from then on. A change of a device's state or credentials is heard of on the bus and
 * ends its connection here in milliseconds; should the news be lost, the sweep finds it.
 */
export class DeviceAccess implements AsyncDisposable {
  private readonly admitted = new Map<string, Admitted>()
  private readonly stopping = new AbortController()
  private readonly options: { redis: Redis; database: Database; cache: CredentialCache; log: Log }
  /** Counts the changes heard of, so that one between admission and the open connection is not missed. */
  private changes = 0
  /** Devices of which a change was heard and which have not been looked up yet. */
  private readonly pending = new Set<string>()
  private isReviewing = false

  constructor(options: DeviceAccess['options']) {
    this.options = options
  }

  /** Begins to follow changes. @throws `redis-unavailable` */
  async start(): Promise<void> {
    const { redis, cache } = this.options
    // Whoever changes the registry announces DeviceActivated, and that may have been the device's state.
    for (const type of [MessageType.DeviceAccessChanged, MessageType.DeviceActivated]) {
      const handler = ({ serialNumber }: { serialNumber: string }) => this.changed(serialNumber)
      await subscribeMessage({ type, handler, signal: this.stopping.signal })
    }
    cache.trustFromNow()
    const forget = redis.subscriber.onReconnect(() => {
      cache.trustFromNow()
      this.changes++
      void this.sweep()
    })
    this.stopping.signal.addEventListener('abort', forget)
    void this.sweepUntilStopped()
  }

  /** Decides about a connection. @throws when neither PostgreSQL nor Redis can say. */
  async admit(identity: Identity, proof: Proof): Promise<Admission & { changes: number }> {
    const { changes } = this
    const { cache } = this.options
    let device = await cache.find(identity.serial)
    let admission = decideAdmission(identity, device, proof, Date.now())
    if (!admission.isAdmitted) {
      // Nobody is turned away for what was true a minute ago: a new secret works at once, heard of or not.
      device = await cache.find(identity.serial, true)
      admission = decideAdmission(identity, device, proof, Date.now())
    }
    if (admission.isAdmitted && device) await this.noteUse(device, admission.credential)
    return { ...admission, changes }
  }

  /** The connection is open; `changes` as `admit` returned it. */
  opened(clientId: string, connection: Admitted, changes: number): void {
    this.admitted.set(clientId, connection)
    if (changes !== this.changes) void this.review([[clientId, connection]])
  }

  closed(clientId: string, connection: Admitted): void {
    if (this.admitted.get(clientId) === connection) this.admitted.delete(clientId)
  }

  /** Ends every connection that is not allowed any more. What PostgreSQL cannot say now waits for the next time. */
  async sweep(): Promise<void> {
    const connections = [...this.admitted]
    try {
      for (let start = 0; start < connections.length; start += sweepBatch) {
        await this.compare(connections.slice(start, start + sweepBatch))
      }
    } catch (error) {
      this.options.log.warn({ error: messageOf(error) }, 'access.sweep-failed')
    }
  }

  private changed(serial: string): void {
    this.changes++
    this.pending.add(serial)
    // Not awaited: a Redis that is slow to forget keeps nobody connected.
    void this.options.cache.forget(serial)
    if (!this.isReviewing) void this.reviewPending()
  }

  /** Many changes at once, as an import makes them, are looked up in few queries. */
  private async reviewPending(): Promise<void> {
    this.isReviewing = true
    while (this.pending.size > 0) {
      const serials = [...this.pending].slice(0, sweepBatch)
      for (const serial of serials) this.pending.delete(serial)
      const connections = serials
        .flatMap((serial) => [serial, claimIdentity(serial)])
        .flatMap((clientId): [string, Admitted][] => {
          const connection = this.admitted.get(clientId)
          return connection ? [[clientId, connection]] : []
        })
      await this.review(connections)
      const stayed = connections.filter(([, { isEnded, identity }]) => !isEnded && !this.pending.has(identity.serial))
      await this.options.cache.refresh(stayed.map(([, { identity }]) => identity.serial))
    }
    this.isReviewing = false
  }

  /** As the sweep, and closed for safety when PostgreSQL cannot say: something has changed. */
  private async review(connections: [string, Admitted][]): Promise<void> {
    if (connections.length === 0) return
    try {
      await this.compare(connections)
    } catch (error) {
      this.options.log.warn({ error: describe(error) }, 'access.unknown')
      for (const [clientId, connection] of connections) this.end(clientId, connection, 'access unknown')
    }
  }

  private async compare(connections: [string, Admitted][]): Promise<void> {
    const serials = connections.map(([, { identity }]) => identity.serial)
    const devices = await this.options.cache.readMany([...new Set(serials)])
    for (const [clientId, connection] of connections) {
      const { identity, credentialId, onChange } = connection
      const device = devices.get(identity.serial)
      if (mayStay(identity, device, credentialId, Date.now())) {
        if (device) onChange?.(device)
        continue
      }
      this.end(clientId, connection, 'access revoked')
      await this.options.cache.forget(identity.serial)
    }
  }

  private end(clientId: string, connection: Admitted, reason: string): void {
    if (this.admitted.get(clientId) === connection) this.admitted.delete(clientId)
    connection.isEnded = true
    this.options.log.info({ serial: connection.identity.serial, reason }, 'access.ended')
    connection.end(reason)
  }

  /** The first use of a new credential ends the one it replaces, before the device learns that it was accepted. */
  private async noteUse(device: DeviceCredentials, credential: ValidCredential): Promise<void> {
    const { deviceId, serial } = device
    if (credential.lastUsedAt !== null && Date.now() - credential.lastUsedAt < noteUseEveryMs) return
    const { database, cache, log } = this.options
    try {
      const hasReplaced = await noteCredentialUse(database, deviceId, credential.id)
      await cache.forget(serial)
      await cache.read(serial)
      if (hasReplaced) {
        const message = createMessage(MessageType.DeviceAccessChanged, { serialNumber: serial })
        void publishMessage({ message }).catch((error) => {
          log.warn({ serial, error: messageOf(error) }, 'access.change-not-announced')
        })
      }
    } catch (error) {
      // PostgreSQL is away: the next connection notes it.
      log.debug({ serial, error: messageOf(error) }, 'credential.use-not-noted')
    }
  }

  private async sweepUntilStopped(): Promise<void> {
    const { signal } = this.stopping
    for (;;) {
      await pause(sweepEveryMs, signal)
      if (signal.aborted) return
      await this.sweep()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopping.abort()
  }
}
