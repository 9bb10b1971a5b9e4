import {
  addSecret,
  type Database,
  type DeviceCredentials,
  findDeviceCredentials,
  withTransaction,
} from '@stellacontrol/database'
import { claimAnswerTopic, MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { describe, type Log } from '@stellacontrol/runtime'

/** How a device in its claim identity is answered. */
export interface ClaimPeer {
  serial: string
  /** A secret goes over TLS only. */
  isEncrypted: boolean
  send: (topic: string, payload: string) => void
  /** What it was told last. */
  told: string | undefined
}

/** What a device reads in its claim identity: docs/protocol.md. */
type ClaimAnswer = { state: string } | { state: string; secret: string }

/**
 * The provisioning of a device: it asks whether somebody has claimed it, and is told so too when that happens while it waits. Over
 * TLS it is then given a secret of its own, which replaces the one of the factory with its first use. Asking again, when
 * the answer was lost, gives another one and ends the one that was lost.
 */
export class ClaimExchange {
  private readonly database: Database
  private readonly log: Log

  constructor(options: { database: Database; log: Log }) {
    this.database = options.database
    this.log = options.log
  }

  /** The device asked. Never throws: a device that hears nothing asks again. */
  async asked(peer: ClaimPeer): Promise<void> {
    try {
      const device = (await findDeviceCredentials(this.database, [peer.serial])).get(peer.serial)
      if (device) await this.tell(peer, device)
    } catch (error) {
      this.log.warn({ serial: peer.serial, error: describe(error) }, 'claim.not-answered')
    }
  }

  /** Something changed while the device waits. Never throws. */
  async changed(peer: ClaimPeer, device: DeviceCredentials): Promise<void> {
    if (peer.told === undefined || peer.told === device.state) return
    await this.tell(peer, device).catch((error) => {
      this.log.warn({ serial: peer.serial, error: describe(error) }, 'claim.not-answered')
    })
  }

  private async tell(peer: ClaimPeer, device: DeviceCredentials): Promise<void> {
    // Before anything is awaited: giving a secret is itself a change of which this hears.
    peer.told = device.state
    peer.send(claimAnswerTopic(peer.serial), JSON.stringify(await this.answerFor(peer, device)))
  }

  private async answerFor({ serial, isEncrypted }: ClaimPeer, device: DeviceCredentials): Promise<ClaimAnswer> {
    const { state, deviceId } = device
    if (state !== 'claimed' || !isEncrypted) return { state }
    const secret = await withTransaction(this.database, (transaction) => addSecret(transaction, deviceId))
    const message = createMessage(MessageType.DeviceAccessChanged, { serialNumber: serial })
    await publishMessage({ message })
    this.log.info({ serial }, 'claim.provisioned')
    return { state, secret }
  }
}
