import { CodedError } from '@stellacontrol/runtime'

/** A parsed address of a Redis installation. `display` is safe to log. */
export interface RedisUrl {
  kind: 'single' | 'sentinel' | 'cluster'
  nodes: RedisNode[]
  masterName: string | undefined
  username: string | undefined
  password: string | undefined
  tls: boolean
  display: string
}

export interface RedisNode {
  host: string
  port: number
}

const form = /^(redis|rediss|redis-sentinel|redis-cluster):\/\/(?:([^:@]*)(?::([^@]*))?@)?([^/]+)(?:\/(.*))?$/
/** `host`, `host:6379`, `[::1]`, `[::1]:6379`. */
const nodeForm = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/

/** @throws CodedError `redis-url-invalid`; the message never repeats the text, which may hold a password */
export function parseRedisUrl(text: string): RedisUrl {
  const match = form.exec(text)
  if (!match) throw new CodedError('redis-url-invalid', 'not a Redis URL')
  const [, scheme = '', username, password, hosts = '', path] = match
  const kind = scheme === 'redis-sentinel' ? 'sentinel' : scheme === 'redis-cluster' ? 'cluster' : 'single'
  const nodes = hosts.split(',').map((entry) => parseNode(entry, kind === 'sentinel' ? 26_379 : 6379))
  if (kind === 'single' && nodes.length > 1) {
    throw new CodedError('redis-url-invalid', 'several hosts need redis-sentinel:// or redis-cluster://')
  }
  return {
    kind,
    nodes,
    masterName: kind === 'sentinel' ? path || 'mymaster' : undefined,
    username: username ? decodeURIComponent(username) : undefined,
    password: password ? decodeURIComponent(password) : undefined,
    tls: scheme === 'rediss',
    display: `${scheme}://${hosts}${path ? `/${path}` : ''}`,
  }
}

function parseNode(text: string, defaultPort: number): RedisNode {
  const match = nodeForm.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3] ?? defaultPort)
  if (!host || port > 65_535) throw new CodedError('redis-url-invalid', 'not a host and port')
  return { host, port }
}
