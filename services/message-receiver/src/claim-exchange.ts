import {
  type Database,
  type DeviceCredentials,
  findDeviceCredentials,
  openClaimWindow,
  provisionSecret,
  withTransaction,
} from '@stellacontrol/database'
import { claimAnswerTopic, MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { describe, type Log } from '@stellacontrol/runtime'
import { type ClaimQuestion, readClaimQuestion } from './claim-question.ts'

/** How a device in its claim identity is answered. */
export interface ClaimPeer {
  serial: string
  /** What it signed in with. */
  credentialId: number
  /** A secret goes over TLS only, and so does the code of a claim window. */
  isEncrypted: boolean
  send: (topic: string, payload: string) => void
  /** What it was told last. */
  told: string | undefined
}

/** What a device reads in its claim identity: docs/protocol.md. */
interface ClaimAnswer {
  state: string
  secret?: string
  claimUntil?: string
  error?: 'content-invalid' | 'not-encrypted' | 'state-change-refused' | 'too-soon'
}

/**
 * The provisioning of a device: it asks whether somebody has claimed it, and is told so too when that happens while it waits. Over
 * TLS it is then given a secret of its own, which replaces the one of the factory with its first use. Asking again, when
 * the answer was lost, gives another one and ends the one that was lost. While it is nobody's it can open a claim window itself.
 */
export class ClaimExchange {
  private readonly database: Database
  private readonly log: Log

  constructor(options: { database: Database; log: Log }) {
    this.database = options.database
    this.log = options.log
  }

  /** The device asked. Never throws: a device that hears nothing asks again. */
  async asked(peer: ClaimPeer, content: Buffer): Promise<void> {
    try {
      const device = (await findDeviceCredentials(this.database, [peer.serial])).get(peer.serial)
      if (device) await this.tell(peer, device, readClaimQuestion(content))
    } catch (error) {
      this.log.warn({ serial: peer.serial, error: describe(error) }, 'claim.not-answered')
    }
  }

  /** Something changed while the device waits. Never throws. */
  async changed(peer: ClaimPeer, device: DeviceCredentials): Promise<void> {
    if (peer.told === undefined || peer.told === device.state) return
    await this.tell(peer, device, { kind: 'state' }).catch((error) => {
      this.log.warn({ serial: peer.serial, error: describe(error) }, 'claim.not-answered')
    })
  }

  private async tell(peer: ClaimPeer, device: DeviceCredentials, question: ClaimQuestion): Promise<void> {
    // Before anything is awaited: giving a secret is itself a change of which this hears.
    peer.told = device.state
    const answer =
      question.kind === 'window'
        ? await this.openWindow(peer, device, question)
        : question.kind === 'invalid'
          ? { state: device.state, error: 'content-invalid' as const }
          : await this.answerFor(peer, device)
    peer.send(claimAnswerTopic(peer.serial), JSON.stringify(answer))
  }

  private async answerFor(peer: ClaimPeer, { state, deviceId, credentials }: DeviceCredentials): Promise<ClaimAnswer> {
    const { serial, isEncrypted, credentialId } = peer
    const mayFetchAgain = credentials.some(({ id, isClaimOnly }) => id === credentialId && isClaimOnly)
    if (!(state === 'claimed' || mayFetchAgain) || !isEncrypted) return { state }
    const secret = await withTransaction(this.database, (transaction) =>
      provisionSecret(transaction, deviceId, credentialId),
    )
    if (secret === undefined) return { state }
    const message = createMessage(MessageType.DeviceAccessChanged, { serialNumber: serial })
    await publishMessage({ message })
    this.log.info({ serial }, 'claim.provisioned')
    return { state, secret }
  }

  private async openWindow(
    { serial, isEncrypted }: ClaimPeer,
    { state, deviceId }: DeviceCredentials,
    wish: { codeSha256: Buffer; seconds: number },
  ): Promise<ClaimAnswer> {
    if (!isEncrypted) return { state, error: 'not-encrypted' }
    const opened = await withTransaction(this.database, (transaction) =>
      openClaimWindow(transaction, { id: deviceId, serial }, wish),
    )
    if ('refusal' in opened) return { state, error: opened.refusal }
    this.log.info({ serial, until: opened.expiresAt }, 'claim.window-opened')
    return { state, claimUntil: new Date(opened.expiresAt).toISOString() }
  }
}
