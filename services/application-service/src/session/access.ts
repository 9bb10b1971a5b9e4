import {
  type Database,
  findOrganisation,
  findUserByEmail,
  type Scope,
  scopeOfOrganisation,
  systemScope,
} from '@stellacontrol/database'
import type { User } from '@stellacontrol/protocol'
import { describe, type Log } from '@stellacontrol/runtime'

/** What a signed-in person may see and do. One object per person: it serves as the key of whatever is kept per scope. */
export interface Access {
  user: User
  isManufacturer: boolean
  scope: Scope
  /** The same for the fleet index; undefined = all organisations. */
  visible: ReadonlySet<number> | undefined
}

/** The part of an access that a session carries, so that it works while PostgreSQL is away. */
export interface AccessRecord {
  user: User
  isManufacturer: boolean
  /** Empty for members of the manufacturer, who see everything. */
  organisationIds: readonly number[]
}

export function accessOf({ user, isManufacturer, organisationIds }: AccessRecord): Access {
  if (isManufacturer) return { user, isManufacturer, scope: systemScope, visible: undefined }
  const scope: Scope = { kind: 'organisations', ids: organisationIds }
  return { user, isManufacturer, scope, visible: new Set(organisationIds) }
}

export function recordOf({ user, isManufacturer, scope }: Access): AccessRecord {
  return { user, isManufacturer, organisationIds: scope.kind === 'system' ? [] : scope.ids }
}

/** Reads what somebody may see now. Members of a manufacturer see every organisation, also those that come later. */
export async function readAccess(database: Database, user: User): Promise<Access> {
  const organisation = await findOrganisation(database, systemScope, user.organisation.id)
  const isManufacturer = organisation?.kind === 'manufacturer'
  if (isManufacturer) return accessOf({ user, isManufacturer, organisationIds: [] })
  const scope = await scopeOfOrganisation(database, user.organisation.id)
  return accessOf({ user, isManufacturer, organisationIds: scope.kind === 'system' ? [] : scope.ids })
}

/** A disabled account, another role or another scope holds at the latest after this time [OWASP ASVS 5.0, 7.4.2 and 8.3.2]. */
const renewAfterMs = 30_000

interface Known {
  access: Access | undefined
  readAt: number
  isReading: boolean
}

/**
 * The present access of signed-in people. It answers at once from memory or from the session, and reads PostgreSQL in the
 * background: a database that is away delays nobody and signs nobody out.
 */
export class AccessDirectory {
  private readonly known = new Map<number, Known>()
  private readonly database: Database
  private readonly log: Log

  constructor(options: { database: Database; log: Log }) {
    this.database = options.database
    this.log = options.log
  }

  /** Undefined if the account was disabled or removed. */
  of(record: AccessRecord, now: number): Access | undefined {
    let known = this.known.get(record.user.id)
    if (known === undefined) {
      known = { access: accessOf(record), readAt: 0, isReading: false }
      this.known.set(record.user.id, known)
    }
    if (now - known.readAt > renewAfterMs && !known.isReading) void this.renew(known, record.user.email)
    return known.access
  }

  /** Takes over what sign-in has just read. */
  learn(access: Access, now: number): void {
    this.known.set(access.user.id, { access, readAt: now, isReading: false })
  }

  private async renew(known: Known, email: string): Promise<void> {
    known.isReading = true
    try {
      const credential = await findUserByEmail(this.database, email)
      const isActive = credential !== undefined && credential.disabledAt === null
      const access = isActive ? await readAccess(this.database, credential.user) : undefined
      // An unchanged access stays the same object, which is the key of what is kept for its scope.
      if (JSON.stringify(access && recordOf(access)) !== JSON.stringify(known.access && recordOf(known.access))) {
        known.access = access
      }
      known.readAt = Date.now()
    } catch (error) {
      this.log.debug({ error: describe(error) }, 'access.renew-failed')
      known.readAt = Date.now() - renewAfterMs / 2
    } finally {
      known.isReading = false
    }
  }
}
