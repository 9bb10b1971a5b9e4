import type { LiveMessage, LiveRequest } from '@stellacontrol/protocol'
import { type Feed, reconnectDelayMs } from './feed.ts'

/** The most devices one `watch` may name. */
const maximumWatched = 500
/** While rows scroll by, the watch follows when they rest. */
const watchDelayMs = 120
/** The fleet's figures come every few seconds; silence longer than this is a dead connection that nobody closed. */
const silenceLimitMs = 20_000

type Detail = 'summary' | 'status'

export interface LiveConnectionOptions {
  url: () => string
  onMessage: (message: LiveMessage) => void
  /** The connection was refused or lost; perhaps because the session ended. */
  onLost: () => void
  /** The connection came back after a break: what was missed in between is only in the history. */
  onResumed: () => void
}

/**
 * The page's one WebSocket: connects, watches what the page shows, and after a break connects again by itself and watches
 * the same. `start` and `stop` may be repeated.
 */
export class LiveConnection {
  readonly #options: LiveConnectionOptions
  readonly #watched: Record<Detail, readonly string[]> = { summary: [], status: [] }
  readonly #sent: Record<Detail, string> = { summary: '', status: '' }
  readonly #listeners = new Set<() => void>()
  #feed: Feed = { kind: 'connecting' }
  #socket: WebSocket | undefined
  #isRunning = false
  #attempt = 0
  #lostAt: number | undefined
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #watchTimer: ReturnType<typeof setTimeout> | undefined
  #silenceTimer: ReturnType<typeof setTimeout> | undefined

  constructor(options: LiveConnectionOptions) {
    this.#options = options
  }

  feed = (): Feed => this.#feed

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    window.addEventListener('online', this.tryNow)
    this.#open()
  }

  stop(): void {
    this.#isRunning = false
    window.removeEventListener('online', this.tryNow)
    clearTimeout(this.#retryTimer)
    clearTimeout(this.#watchTimer)
    clearTimeout(this.#silenceTimer)
    this.#drop()
    this.#attempt = 0
    this.#lostAt = undefined
    this.#set({ kind: 'connecting' })
  }

  tryNow = (): void => {
    if (!this.#isRunning || this.#feed.kind === 'live') return
    clearTimeout(this.#retryTimer)
    this.#drop()
    this.#open()
  }

  /** Replaces what is watched of this detail. */
  watch(detail: Detail, serials: readonly string[]): void {
    this.#watched[detail] = serials.slice(0, maximumWatched)
    clearTimeout(this.#watchTimer)
    this.#watchTimer = setTimeout(() => this.#sendWatches(), watchDelayMs)
  }

  #open(): void {
    const socket = new WebSocket(this.#options.url())
    this.#socket = socket
    socket.onopen = () => this.#opened()
    socket.onmessage = (event) => {
      this.#armSilence()
      this.#options.onMessage(JSON.parse(String(event.data)) as LiveMessage)
    }
    socket.onclose = () => {
      if (this.#socket === socket) this.#lost()
    }
    this.#armSilence()
  }

  #opened(): void {
    const wasLost = this.#lostAt !== undefined
    this.#attempt = 0
    this.#lostAt = undefined
    this.#set({ kind: 'live', since: Date.now() })
    this.#send({ type: 'fleet', watch: true })
    this.#send({ type: 'alerts', watch: true })
    this.#sent.summary = ''
    this.#sent.status = ''
    this.#sendWatches()
    if (wasLost) this.#options.onResumed()
  }

  #lost(): void {
    this.#drop()
    if (!this.#isRunning) return
    this.#lostAt ??= Date.now()
    const delayMs = reconnectDelayMs(this.#attempt, Math.random())
    this.#attempt++
    this.#set({ kind: 'lost', since: this.#lostAt, retryAt: Date.now() + delayMs, attempt: this.#attempt })
    this.#retryTimer = setTimeout(() => this.#open(), delayMs)
    this.#options.onLost()
  }

  #drop(): void {
    clearTimeout(this.#silenceTimer)
    const socket = this.#socket
    this.#socket = undefined
    if (socket !== undefined && socket.readyState <= WebSocket.OPEN) socket.close()
  }

  #armSilence(): void {
    clearTimeout(this.#silenceTimer)
    this.#silenceTimer = setTimeout(() => this.#lost(), silenceLimitMs)
  }

  #sendWatches(): void {
    for (const detail of ['summary', 'status'] as const) {
      const devices = [...this.#watched[detail]]
      const key = devices.join(',')
      if (key === this.#sent[detail]) continue
      if (this.#send({ type: 'watch', detail, devices })) this.#sent[detail] = key
    }
  }

  #send(message: LiveRequest): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(JSON.stringify(message))
    return true
  }

  #set(feed: Feed): void {
    this.#feed = feed
    for (const listener of this.#listeners) listener()
  }
}
