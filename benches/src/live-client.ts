import type { DeviceStatus, LiveMessage, LiveRequest } from '@stellacontrol/protocol'
import { WebSocket } from 'ws'

export interface LiveUpdate {
  status: DeviceStatus
  receivedAt: number
}

/** A page's WebSocket. */
export class LiveClient {
  private readonly socket: WebSocket

  private constructor(socket: WebSocket) {
    this.socket = socket
  }

  static async open(httpUrl: string, cookie: string, onStatus: (update: LiveUpdate) => void): Promise<LiveClient> {
    const socket = new WebSocket(`${httpUrl.replace('http', 'ws')}/v1/live`, { headers: { cookie, origin: httpUrl } })
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as LiveMessage
      if (message.type === 'status') onStatus({ status: message.status, receivedAt: Date.now() })
    })
    return new LiveClient(socket)
  }

  watch(serials: string[]): void {
    this.send({ type: 'watch', detail: 'status', devices: serials })
  }

  private send(request: LiveRequest): void {
    this.socket.send(JSON.stringify(request))
  }

  close(): void {
    this.socket.close()
  }
}
