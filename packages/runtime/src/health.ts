import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Metrics } from './metrics.ts'

export type Check = { ok: boolean; detail: string }

/**
 * Whether this instance does its own work. Ready means: the work that it should have done lately succeeded, not that a
 * server answers PING. A backlog is a metric, never unreadiness: restarting a busy processor helps nobody.
 */
export class Readiness {
  private readonly checks = new Map<string, () => Check>()

  /** Adds a named check; it must be cheap and must not throw. */
  add(name: string, check: () => Check): void {
    this.checks.set(name, check)
  }

  /** A check that holds while `succeeded()` was called within the last `maximumAgeMs`. */
  addRecency(name: string, maximumAgeMs: number): { succeeded: () => void } {
    let lastSuccessAt: number | undefined
    this.add(name, () => {
      if (lastSuccessAt === undefined) return { ok: false, detail: 'not yet' }
      const ageMs = Date.now() - lastSuccessAt
      return { ok: ageMs <= maximumAgeMs, detail: `last success ${ageMs} ms ago` }
    })
    return {
      succeeded() {
        lastSuccessAt = Date.now()
      },
    }
  }

  evaluate(): { ready: boolean; checks: Record<string, Check> } {
    const checks = Object.fromEntries([...this.checks].map(([name, check]) => [name, check()]))
    return { ready: Object.values(checks).every((check) => check.ok), checks }
  }
}

/** Serves `/healthz`, `/readyz` and `/metrics` on loopback for services that have no HTTP server of their own. */
export async function serveHealth(options: {
  port: number
  readiness: Readiness
  metrics: Metrics
}): Promise<AsyncDisposable & { port: number }> {
  const { readiness, metrics } = options
  const server = createServer((request, response) => {
    if (request.url === '/healthz') return answer(response, 200, { status: 'alive' })
    if (request.url === '/readyz') {
      const state = readiness.evaluate()
      return answer(response, state.ready ? 200 : 503, state)
    }
    if (request.url === '/metrics') return void answerMetrics(response, metrics)
    answer(response, 404, { code: 'not-found' })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function answerMetrics(response: ServerResponse, metrics: Metrics): Promise<void> {
  const text = await metrics.registry.metrics()
  response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text)
}
