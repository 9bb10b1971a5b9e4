/** How far a threshold has been held: since when, and over how many reports. */
export interface Progress {
  /** Epoch ms. */
  since: number
  samples: number
}

/** What is known of one rule on one device and subject. It exists only while there is something to remember. */
export interface EntryState {
  /** Index of the level that is raised; -1 = none. */
  level: number
  /** Per level: the hold that runs; null = the value is on the good side. */
  raising: (Progress | null)[]
  /** The hold that runs before it clears. */
  clearing?: Progress
  /** Epoch ms since when the condition held that is raised. */
  since?: number
  /** The latest raises, oldest first, for noticing that it flaps. */
  raises: number[]
  isFlapping?: true
  /** Key of the entry that explained it when it was raised: it was not announced. */
  hiddenBy?: string
  /** Epoch ms at which it is announced after all, unless it clears: its cause is gone. */
  announceAt?: number
  /** The latest value that was there. */
  value?: number
}

/** A mean in the making: when (hour or local day, counted from 1970), sum, count. */
export type Mean = [when: number, sum: number, count: number]

/** What is remembered of a band to know its own normal. */
export interface BandState {
  /** Working hours of the last 24 h, oldest first. */
  hours: Mean[]
  /** Working days that were learned from, oldest first, until there are enough. */
  days: Mean[]
  /** The own normal in dB or dBm, once learned; fixed until it is learned anew. */
  normal?: { mean: number; learnedAt: number }
  /** Epoch ms of the change before which nothing counts; absent = there was none. */
  changedAt?: number
  /** Epoch ms of the latest report with uplink traffic, or of the first report. */
  uplinkAt: number
}

/** Everything the evaluator remembers of a device. Plain JSON; moments in epoch ms of the platform's clock. */
export interface DeviceState {
  bootId: number
  sequence: number
  reportedAt: number
  intervalMs: number
  configVersion?: number
  firmwareVersion?: string
  /** The board temperature, and since when it has been exactly this. */
  board?: { celsius: number; since: number }
  /** Unexpected restarts of the last 24 h. */
  restarts: number[]
  /** By `<rule>` or `<rule>:<subject>`. */
  entries: Record<string, EntryState>
  /** By band, e.g. "B20". */
  bands: Record<string, BandState>
}

export function entryKey(rule: string, subject: string | undefined): string {
  return subject === undefined ? rule : `${rule}:${subject}`
}

/** A device whose latest report is older than this is late: nobody knows what it would say now. */
export function staleAfterMs({ intervalMs }: DeviceState): number {
  return 2.5 * intervalMs + 2_000
}

export function splitKey(key: string): { rule: string; subject: string | undefined } {
  const at = key.indexOf(':')
  return at < 0 ? { rule: key, subject: undefined } : { rule: key.slice(0, at), subject: key.slice(at + 1) }
}
