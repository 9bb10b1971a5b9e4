import type { LiveMessage, LiveRequest, Problem } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { WebSocket } from 'ws'

export interface Answer<Body> {
  status: number
  headers: Headers
  body: Body
}

/** A person's browser, as far as tests need one: it keeps the cookie and speaks HTTP and WebSocket. */
export class TestClient {
  readonly url: string
  cookie: string | undefined

  constructor(url: string) {
    this.url = url
  }

  /** The body is parsed JSON; text that is no JSON stays text, and nothing is undefined. */
  async request<Body = Problem>(method: string, path: string, options: RequestInit = {}): Promise<Answer<Body>> {
    const headers = new Headers(options.headers)
    if (this.cookie !== undefined) headers.set('cookie', this.cookie)
    const response = await fetch(this.url + path, { ...options, method, headers, redirect: 'manual' })
    const text = await response.text()
    const isJson = /\/(?:problem\+)?json/.test(response.headers.get('content-type') ?? '')
    const body = (text === '' ? undefined : isJson ? JSON.parse(text) : text) as Body
    return { status: response.status, headers: response.headers, body }
  }

  get<Body = Problem>(path: string, headers: Record<string, string> = {}): Promise<Answer<Body>> {
    return this.request('GET', path, { headers })
  }

  post<Body = Problem>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<Body>> {
    const json = { 'content-type': 'application/json', ...headers }
    return this.request('POST', path, { headers: json, body: JSON.stringify(body) })
  }

  async signIn(email: string, password: string): Promise<Answer<unknown>> {
    const answer = await this.post<unknown>('/v1/session', { email, password })
    this.cookie = answer.headers.getSetCookie()[0]?.split(';')[0]
    return answer
  }

  async openLive(): Promise<LiveClient> {
    const live = new LiveClient(this.url, this.cookie)
    await live.opened()
    return live
  }
}

/** One live connection that remembers everything it was sent. */
export class LiveClient {
  readonly socket: WebSocket
  readonly messages: { at: number; message: LiveMessage }[] = []
  wasOpened = false
  closed: { code: number } | undefined
  /** The status of an answer that was not an upgrade. */
  refused: number | undefined

  constructor(url: string, cookie: string | undefined, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/v1/live`, {
      headers: { ...(cookie === undefined ? {} : { cookie }), ...headers },
    })
    this.socket.on('message', (data) =>
      this.messages.push({ at: performance.now(), message: JSON.parse(String(data)) as LiveMessage }),
    )
    this.socket.on('open', () => {
      this.wasOpened = true
    })
    this.socket.on('close', (code) => {
      this.closed = { code }
    })
    this.socket.on('unexpected-response', (_request, response) => {
      this.refused = response.statusCode
      this.socket.terminate()
    })
    this.socket.on('error', () => {})
  }

  async opened(): Promise<void> {
    await waitFor(() => this.wasOpened, { what: 'the live connection to open' })
  }

  send(message: LiveRequest): void {
    this.socket.send(JSON.stringify(message))
  }

  /** Everything of one type, oldest first. */
  of<Type extends LiveMessage['type']>(type: Type): Extract<LiveMessage, { type: Type }>[] {
    return this.messages
      .map(({ message }) => message)
      .filter((message): message is Extract<LiveMessage, { type: Type }> => message.type === type)
  }

  close(): void {
    this.socket.terminate()
  }
}
