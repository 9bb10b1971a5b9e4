/** What one check of `stella doctor` found. */
export interface Finding {
  check: string
  verdict: 'ok' | 'warning' | 'problem'
  detail: string
  remedy?: string
}

export interface RedisFacts {
  version: string
  usedBytes: number
  /** 0 = without limit. */
  maximumBytes: number
  policy: string
  appendOnly: boolean
  fsync: string
  lastWriteFailed: boolean
}

const mebibyte = 1024 * 1024
const gibibyte = 1024 * mebibyte
const littleDiskBytes = 2 * gibibyte
/** The append-only files are rewritten beside the old ones: below this a rewrite may fail. */
const tooLittleDiskBytes = 256 * mebibyte
const fullShare = 0.8
const shortListMs = 86_400_000

export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return { check: 'Node', verdict: 'ok', detail: version }
  return { check: 'Node', verdict: 'problem', detail: version, remedy: 'install 20.19 or newer' }
}

export function judgeDisk(folder: string, freeBytes: number): Finding {
  const detail = `${Math.round(freeBytes / mebibyte)} MiB free for ${folder}`
  if (freeBytes < tooLittleDiskBytes) return { check: 'disk', verdict: 'problem', detail, remedy: 'make room now' }
  if (freeBytes < littleDiskBytes) return { check: 'disk', verdict: 'warning', detail, remedy: 'make room' }
  return { check: 'disk', verdict: 'ok', detail }
}

/** Judges a Redis server by what the promise "acknowledged means kept" asks of it. */
export function judgeRedis(check: string, facts: RedisFacts): Finding {
  const limit = facts.maximumBytes === 0 ? 'no limit' : `${Math.round(facts.maximumBytes / mebibyte)} MiB`
  const detail = `${facts.version}, ${Math.round(facts.usedBytes / mebibyte)} of ${limit} used`
  const problem = (what: string, remedy: string): Finding => ({
    check,
    verdict: 'problem',
    detail: `${detail}; ${what}`,
    remedy,
  })
  if (Number.parseInt(facts.version, 10) < 7) return problem('too old', 'install Redis 7.0 or Valkey 7.2, or newer')
  if (facts.policy !== 'noeviction')
    return problem(`policy ${facts.policy} drops data`, 'set maxmemory-policy noeviction')
  if (!facts.appendOnly || facts.fsync !== 'always') {
    return problem('confirms before data are on disk', 'set appendonly yes and appendfsync always')
  }
  if (facts.lastWriteFailed) return problem('its last write to disk failed', 'look at the disk and its log')
  const isFilling = facts.maximumBytes > 0 && facts.usedBytes > facts.maximumBytes * fullShare
  if (isFilling)
    return { check, verdict: 'warning', detail, remedy: 'find out who does not read, or give it more memory' }
  return { check, verdict: 'ok', detail }
}

export function judgeDatabase(facts: {
  version: string
  fsync: string
  commit: string
  bytes: number
  superuser: boolean
}): Finding {
  const check = 'PostgreSQL'
  const detail = `${facts.version}, ${Math.round(facts.bytes / mebibyte)} MiB`
  if (Number.parseInt(facts.version, 10) < 15) {
    return { check, verdict: 'problem', detail, remedy: 'use PostgreSQL 15 or newer' }
  }
  if (facts.fsync !== 'on' || facts.commit === 'off') {
    const remedy = 'set fsync and synchronous_commit to on'
    return { check, verdict: 'problem', detail: `${detail}; commits before data are on disk`, remedy }
  }
  if (facts.superuser)
    return { check, verdict: 'warning', detail: `${detail}; as superuser`, remedy: 'use a plain role' }
  return { check, verdict: 'ok', detail }
}

/** Judges the revocation lists of device certificates by the one that ends first; `endsAt` in epoch ms, undefined = never. */
export function judgeRevocationLists(file: string, endsAt: readonly (number | undefined)[], now: number): Finding {
  const check = 'revocation lists'
  const first = Math.min(...endsAt.map((moment) => moment ?? Number.POSITIVE_INFINITY))
  const detail = `${file} ${first <= now ? 'ended' : 'ends'} ${Number.isFinite(first) ? new Date(first).toISOString() : 'never'}`
  const remedy = 'fetch a new list from the authority'
  if (first <= now) {
    return { check, verdict: 'problem', detail: `${detail}: every device with a certificate is refused`, remedy }
  }
  if (first - now < shortListMs) return { check, verdict: 'warning', detail, remedy }
  return { check, verdict: 'ok', detail }
}

/** How long PostgreSQL may be away: the queue's free memory divided by what comes in. */
export function judgeAllowance(facts: { freeBytes: number; entriesPerSecond: number; bytesPerEntry: number }): Finding {
  const check = 'outage allowance'
  if (facts.entriesPerSecond <= 0) return { check, verdict: 'ok', detail: 'no reports come in now' }
  const hours = facts.freeBytes / (facts.entriesPerSecond * facts.bytesPerEntry) / 3_600
  const detail = `PostgreSQL may be away for ${hours.toFixed(1)} h at ${facts.entriesPerSecond.toFixed(1)} reports/s`
  if (hours >= 1) return { check, verdict: 'ok', detail }
  return { check, verdict: 'warning', detail, remedy: 'give the queue Redis more memory (STELLA_QUEUE_MEMORY_MB)' }
}

/** The `name:value` lines of Redis INFO. */
export function parseInformation(text: string): Map<string, string> {
  return new Map(
    text.split('\r\n').flatMap((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as [string, string]]
    }),
  )
}
