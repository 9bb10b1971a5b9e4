import type { LiveRequest, Problem } from '@stellacontrol/protocol'
import type { WebSocket } from 'ws'
import type { Access } from '../session/access.ts'
import { AlertWatch } from './alert-watch.ts'
import { WatchList } from './watch-list.ts'

/** A reader that is this far behind is sent nothing: it will get the newest state once it has caught up. */
export const softLimitBytes = 512 * 1024
/** A connection that still grows beyond this is given up; its reader connects again and gets the newest state. */
export const hardLimitBytes = 8 * 1024 * 1024

/** WebSocket close codes [RFC 6455, 7.4.1]. */
export const closeCodes = { goingAway: 1001, policyViolation: 1008, tryAgainLater: 1013 } as const

/** Where a connection finds what it sends; undefined = nothing is known of the device, or the person may not see it. */
export interface LiveSources {
  summaryJson(serial: string, access: Access): string | undefined
  statusMessage(serial: string, access: Access): string | undefined
  fleetMessage(access: Access): string
}

export type FlushOutcome = 'sent' | 'idle' | 'behind' | 'terminated'

/** One page. It decides when which state is sent; what the states are, others know. */
export class LiveConnection {
  readonly socket: WebSocket
  access: Access
  tokenHash: string
  readonly summaries = new WatchList()
  readonly statuses = new WatchList()
  readonly alerts = new AlertWatch()
  watchesFleet = false
  /** Set by a pong, cleared by a ping. */
  isAlive = true
  private fleetIsDue = false

  constructor(options: { socket: WebSocket; access: Access; tokenHash: string }) {
    this.socket = options.socket
    this.access = options.access
    this.tokenHash = options.tokenHash
  }

  /** Takes over what the page asks for. Returns the devices whose full status it watches from now on, or no longer. */
  request(message: LiveRequest): { added: string[]; removed: string[] } {
    if (message.type === 'fleet') {
      this.watchesFleet = message.watch
      this.fleetIsDue = message.watch
      return { added: [], removed: [] }
    }
    if (message.type === 'alerts') {
      this.alerts.watch(message.watch, Date.now())
      return { added: [], removed: [] }
    }
    const serials = [...new Set(message.devices)]
    if (message.detail === 'status') return this.statuses.replace(serials)
    this.summaries.replace(serials)
    return { added: [], removed: [] }
  }

  markFleet(): void {
    this.fleetIsDue = this.watchesFleet
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN
  }

  get hasNews(): boolean {
    return this.summaries.hasNews || this.statuses.hasNews || this.alerts.hasNews || this.fleetIsDue
  }

  /** Sends the newest state of everything that is due. What a slow reader is not sent now, stays due. */
  flush(sources: LiveSources, now: number): FlushOutcome {
    const { socket } = this
    if (!this.isOpen || !this.hasNews) return 'idle'
    if (socket.bufferedAmount > hardLimitBytes) {
      socket.terminate()
      return 'terminated'
    }
    if (socket.bufferedAmount > softLimitBytes) return 'behind'
    const messages = this.takeMessages(sources, now)
    for (const message of messages) socket.send(message)
    return messages.length > 0 ? 'sent' : 'idle'
  }

  sendProblem(problem: Problem): void {
    if (this.socket.bufferedAmount < hardLimitBytes) this.socket.send(JSON.stringify({ type: 'problem', problem }))
  }

  sendRightsChanged(): void {
    if (this.socket.bufferedAmount < hardLimitBytes) this.socket.send(JSON.stringify({ type: 'rights' }))
  }

  private takeMessages(sources: LiveSources, now: number): string[] {
    const messages: string[] = []
    const summaries = this.summaries
      .takeDue(now)
      .map((serial) => sources.summaryJson(serial, this.access))
      .filter((json) => json !== undefined)
    if (summaries.length > 0) messages.push(`{"type":"summary","devices":[${summaries.join(',')}]}`)
    for (const serial of this.statuses.takeDue(now)) {
      const message = sources.statusMessage(serial, this.access)
      if (message !== undefined) messages.push(message)
    }
    messages.push(...this.alerts.take())
    if (this.fleetIsDue) messages.push(sources.fleetMessage(this.access))
    this.fleetIsDue = false
    return messages
  }
}
