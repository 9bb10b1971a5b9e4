import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { ApiProblem } from '../http/problem.ts'

const formatVersion = 1
const nonceBytes = 12
const tagBytes = 16
const browserBytes = 16

/** What is encrypted or signed with STELLA_SECRET_KEY: one derived key for each purpose. */
export class Keyring {
  /** False if no key is set: then nothing can be kept secret, and known browsers are forgotten at the end of the process. */
  readonly isSet: boolean
  private readonly secretsKey: Buffer
  private readonly browsersKey: Buffer

  constructor(secretKey: string | undefined) {
    this.isSet = secretKey !== undefined
    const material = secretKey === undefined ? randomBytes(32) : Buffer.from(secretKey)
    const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', material, '', `stellacontrol ${purpose}`, 32))
    this.secretsKey = derive('second factors')
    this.browsersKey = derive('known browsers')
  }

  /** AES-256-GCM. `owner` is bound to it: what was sealed for one account does not open for another. */
  seal(secret: Uint8Array, owner: string): Buffer {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.secretsKey, nonce).setAAD(Buffer.from(owner))
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()])
    return Buffer.concat([Buffer.from([formatVersion]), nonce, cipher.getAuthTag(), sealed])
  }

  /** @throws ApiProblem `second-factor-unavailable` if another key sealed it, or it is of somebody else */
  open(sealed: Buffer, owner: string): Buffer {
    const [nonceEnd, tagEnd] = [1 + nonceBytes, 1 + nonceBytes + tagBytes]
    try {
      if (sealed[0] !== formatVersion) throw new Error(`format ${sealed[0]}`)
      const decipher = createDecipheriv('aes-256-gcm', this.secretsKey, sealed.subarray(1, nonceEnd))
      decipher.setAAD(Buffer.from(owner)).setAuthTag(sealed.subarray(nonceEnd, tagEnd))
      return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()])
    } catch (error) {
      throw new ApiProblem('second-factor-unavailable', undefined, { cause: error })
    }
  }

  /** A mark for a browser that has signed in to this account: it can be made by nobody else. */
  markBrowser(email: string): string {
    const id = randomBytes(browserBytes).toString('base64url')
    return `${id}.${this.signBrowser(id, email)}`
  }

  /** The browser's id if the mark is ours and of this account. */
  readBrowser(mark: string | undefined, email: string): string | undefined {
    const [id, signature] = mark?.split('.') ?? []
    if (id === undefined || signature === undefined) return undefined
    const [given, right] = [Buffer.from(signature), Buffer.from(this.signBrowser(id, email))]
    return given.length === right.length && timingSafeEqual(given, right) ? id : undefined
  }

  private signBrowser(id: string, email: string): string {
    return createHmac('sha256', this.browsersKey).update(`${id} ${email.toLowerCase()}`).digest('base64url')
  }
}
