/**
 * Every Redis key and channel of the platform is born here; docs/state.md lists them with writer, readers and lifetime.
 *
 * Keys are words joined by `:`. Partitioned keys carry their partition as a hash tag (`{07}`). On a Cluster the keys of one
 * device carry it too, so that everything a Function touches for a partition lives on one node; on single servers they
 * stay as people write them, `sc:status:<serial>`. Only this file knows the difference.
 */
import { partitionOf } from '@stellacontrol/protocol'

export type Keys = ReturnType<typeof createKeys>

export function createKeys(options: { partitions: number; cluster: boolean }) {
  const { partitions, cluster } = options
  const tagOf = (serial: string) => tag(partitionOf(serial, partitions))
  const deviceKey = (kind: string, serial: string) =>
    cluster ? `sc:${kind}:${tagOf(serial)}:${serial}` : `sc:${kind}:${serial}`
  /** All of them on one node: one Function changes those of many people. */
  const alerts = cluster ? 'sc:{alerts}' : 'sc:alerts'
  return {
    partitions,
    partitionOf: (serial: string) => partitionOf(serial, partitions),
    /** Stream of one partition of a log: `sc:messages:{07}`, `sc:device-status:{07}`. */
    stream: (log: string, partition: number) => `sc:${log}:${tag(partition)}`,
    /** Hash of that partition's readers: cursor, lease and epoch of each. */
    readers: (log: string, partition: number) => `sc:${log}:${tag(partition)}:readers`,
    /** Sorted set of the instances that read a log, scored by the moment their membership ends. */
    members: (log: string, reader: string) => `sc:${log}:members:${reader}`,
    /** Stream of the newest messages that a reader of a topic could not handle. */
    setAside: (log: string, partition: number, reader: string) => `sc:${log}:${tag(partition)}:set-aside:${reader}`,
    /** What was fixed when the queue was first used: number of partitions and the queue's generation. */
    installation: 'sc:messages:installation',
    /** The latest status of a device. */
    status: (serial: string) => deviceKey('status', serial),
    /** Live channel of one device: `sc:device-status:<serial>`. */
    channel: (topic: string, serial: string) => `sc:${topic}:${serial}`,
    /** Which receiver holds the device's connection. */
    connection: (serial: string) => deviceKey('connection', serial),
    /** The receivers that can take reports now, scored by when that ends unless they say so again. */
    receivers: 'sc:receivers',
    /** What the receiver knows of a device's credentials while PostgreSQL is away. */
    credential: (serial: string) => deviceKey('credential', serial),
    /** Connections from different addresses that took a device's identity over from each other, in the last minute. */
    takeovers: (serial: string) => `sc:takeovers:${serial}`,
    /** It exists = a clone of the device was announced in the last hour. */
    cloneThrottle: (serial: string) => `sc:clone:${serial}`,
    /** A signed-in person; the name is the SHA-256 of the cookie's token. */
    session: (tokenHash: string) => `sc:session:${tokenHash}`,
    /** The sessions of one person, scored by when each was last used. */
    sessionsOf: (userId: number | string) => `sc:sessions:${userId}`,
    /** A sign-in that is on its way through the OpenID Connect provider. */
    openIdSignIn: (stateHash: string) => `sc:openid:${stateHash}`,
    /** The version of everybody's rights: it grows with every change of them. */
    rightsVersion: 'sc:rights:version',
    /** Attempts to sign in, or to prove again who one is; the subject is a SHA-256. */
    signInAttempts: (kind: 'account' | 'address' | 'browser' | 'proof', subjectHash: string) =>
      `sc:sign-in:${kind}:${subjectHash}`,
    /** Links for passwords and invitations, counted per account and per address; the subject is the SHA-256 of either. */
    linkRequests: (kind: 'account' | 'address', subjectHash: string) => `sc:link:${kind}:${subjectHash}`,
    /** Attempts of a person to claim devices. */
    claimAttempts: (userId: number) => `sc:claims:${userId}`,
    /** Alert throttle of one rule on one device (and band, fan … where the rule has a subject): it exists = announced. */
    alertThrottle: (serial: string, rule: string, subject?: string) =>
      subject === undefined
        ? `${deviceKey('alert', serial)}:${rule}`
        : `${deviceKey('alert', serial)}:${rule}:${subject}`,
    /** What the alert evaluator remembers of a device. */
    alertState: (serial: string) => deviceKey('alert-state', serial),
    /** The incidents of a device, a site, an area or the platform, by rule and subject. */
    incidents: (serial: string) => deviceKey('incidents', serial),
    /** The devices of a partition by the moment at which time alone can change something of their alerts. */
    alertDeadlines: (partition: number) => `sc:alert-deadlines:${tag(partition)}`,
    /** Since when the devices of a partition are listened to, and when the platform could not hear them. */
    alertWatch: (partition: number) => `sc:alert-watch:${tag(partition)}`,
    /** What a person is to be told next; the name of the bundle is `<userId>` or `<userId>:later`. */
    alertBundle: (name: string) => `${alerts}:${name}`,
    /** The same while it is being sent. */
    alertBundleSending: (name: string) => `${alerts}:${name}:sending`,
    /** The bundles by the moment at which they are due. */
    alertsDue: `${alerts}:due`,
    /** How much was sent to a person, or by a channel altogether, by day. */
    alertsSent: (name: number | string) => `${alerts}:${name}:sent`,
    /** Tests that a person asked for. */
    alertTests: (userId: number) => `${alerts}:${userId}:tests`,
    /** Who was told of an incident. */
    alertTold: (incidentId: string) => `${alerts}:incident:${incidentId}`,
    /** The incidents by the moment of their next reminder or escalation. */
    alertLooks: `${alerts}:looks`,
    /** Who is told of what, as PostgreSQL knew it last. */
    alertDirectory: `${alerts}:directory`,
    /** Third-party calls of the last hour. */
    apiCalls: (customerId: string) => (cluster ? `sc:api:{${customerId}}:calls` : `sc:api:${customerId}:calls`),
    /** Turns a key as people write it into the key as this installation stores it. */
    resolve: (key: string) => {
      const match = cluster ? /^sc:(status|connection|credential):([^:{}]+)$/.exec(key) : null
      return match ? deviceKey(match[1] as string, match[2] as string) : key
    },
  }
}

/** A partition's hash tag; two digits at least, so that lists sort as people expect. */
function tag(partition: number): string {
  return `{${String(partition).padStart(2, '0')}}`
}
