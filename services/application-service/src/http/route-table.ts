import type { RouteOptions } from 'fastify'

export interface RouteEntry {
  method: string
  url: string
  /** True if it is meant to be reached without a session. */
  isPublic: boolean
}

/** Every route of the server: for the answer 405, and for the test that walks all of them without a session. */
export class RouteTable {
  readonly entries: RouteEntry[] = []
  private readonly patterns = new Map<string, RegExp>()

  add(route: RouteOptions): void {
    const methods = Array.isArray(route.method) ? route.method : [route.method]
    const isPublic = route.config?.isPublic === true
    for (const method of methods) this.entries.push({ method, url: route.url, isPublic })
    this.patterns.set(route.url, patternOf(route.url))
  }

  /** The methods that the address of this path has; none if nothing is there. The page's catch-all is no address of the API. */
  methodsAt(path: string): string[] {
    const urls = new Set(
      [...this.patterns].filter(([url, pattern]) => url !== '/*' && pattern.test(path)).map(([url]) => url),
    )
    return [...new Set(this.entries.filter(({ url }) => urls.has(url)).map(({ method }) => method))].sort()
  }
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('/')}/?$`)
}
