import type { Database } from '@stellacontrol/database'
import type { Redis } from '@stellacontrol/redis'
import type { Log } from '@stellacontrol/runtime'
import type { FleetFeed } from './fleet/fleet-feed.ts'
import type { FleetFigures } from './fleet/fleet-figures.ts'
import type { FleetView } from './fleet/fleet-index.ts'
import type { LedgerReader } from './ledger/ledger-reader.ts'
import type { LiveHub } from './live/live-hub.ts'
import type { Mails } from './mail/mails.ts'
import type { AccessDirectory } from './session/access.ts'
import type { Keyring } from './session/keyring.ts'
import type { OpenIdProvider } from './session/open-id.ts'
import type { Sessions } from './session/sessions.ts'

/** What the routes work with. */
export interface Application {
  database: Database
  redis: Redis
  log: Log
  /** Without the devices themselves: those are reached through what the caller may see. */
  index: FleetView
  feed: FleetFeed
  figures: FleetFigures
  ledger: LedgerReader
  sessions: Sessions
  directory: AccessDirectory
  live: LiveHub
  keyring: Keyring
  /** Undefined if nobody signs in by a provider. */
  openId: OpenIdProvider | undefined
  mails: Mails
  /** The address people use, if it is configured. */
  publicUrl: string | undefined
  /** Signs what the gateway for text messages says; undefined = there is none. */
  smsToken: string | undefined
  /** True if people reach the page by https: cookies are then `Secure`. */
  isHttps: boolean
}
