import {
  type Database,
  findUserByEmail,
  listMemberships,
  type Queries,
  readReach,
  type Scope,
  systemScope,
  withScope,
} from '@stellacontrol/database'
import { highestRole, mayDo, type Permission, type Role, type Session, type User } from '@stellacontrol/protocol'
import { describe, type Log } from '@stellacontrol/runtime'
import { ApiProblem } from '../http/problem.ts'

/** What a signed-in person may see and do. One object per person: it serves as the key of whatever is kept per scope. */
export interface Access {
  user: User
  memberships: Session['memberships']
  /** Their role in every organisation, also those that come later: that of members of the manufacturer. */
  everywhere: Role | undefined
  /** Their highest role in each organisation that their memberships cover. */
  roles: ReadonlyMap<number, Role>
  scope: Scope
  /** The same for the fleet index; undefined = all organisations. */
  visible: ReadonlySet<number> | undefined
}

/** The part of an access that a session carries, so that it works while PostgreSQL is away. */
export interface AccessRecord {
  user: User
  memberships: Session['memberships']
  everywhere: Role | null
  roles: readonly (readonly [organisationId: number, role: Role])[]
}

export function accessOf({ user, memberships, everywhere, roles }: AccessRecord): Access {
  const person = { user, memberships, roles: new Map(roles) }
  if (everywhere) return { ...person, everywhere, scope: systemScope, visible: undefined }
  const ids = roles.map(([id]) => id)
  return { ...person, everywhere: undefined, scope: { kind: 'organisations', ids }, visible: new Set(ids) }
}

export function recordOf({ user, memberships, everywhere, roles }: Access): AccessRecord {
  return { user, memberships, everywhere: everywhere ?? null, roles: [...roles] }
}

/** True if the person may do it in this organisation. */
export function isAllowed(access: Access, permission: Permission, organisationId: number): boolean {
  return mayDo(access.everywhere, permission) || mayDo(access.roles.get(organisationId), permission)
}

/** Refuses what the person may not do. @throws ApiProblem `forbidden` */
export function requirePermission(access: Access, permission: Permission, organisationId: number): void {
  if (!isAllowed(access, permission, organisationId)) throw new ApiProblem('forbidden')
}

/** The organisations in which the person may do it. */
export function scopeFor(access: Access, permission: Permission): Scope {
  if (mayDo(access.everywhere, permission)) return systemScope
  const allowed = [...access.roles].filter(([, role]) => mayDo(role, permission))
  return { kind: 'organisations', ids: allowed.map(([id]) => id) }
}

/** Reads what somebody may see and do now. */
export async function readAccess(queries: Queries, user: User): Promise<Access> {
  const memberships = await listMemberships(queries, systemScope, user.id)
  const reach = await readReach(queries, user.id)
  // Whoever reaches the top of the tree reaches everything: no list of a thousand organisations is kept for them.
  const everywhere = highestRole(reach.filter(({ kind }) => kind === 'manufacturer').flatMap(({ roles }) => roles))
  const roles = reach
    .map(({ organisationId, roles }) => [organisationId, highestRole(roles) as Role] as const)
    .filter(([, role]) => role !== everywhere)
  return accessOf({ user, memberships, everywhere: everywhere ?? null, roles })
}

/** Should the news of a change be lost, it holds at the latest after this time. */
const renewAfterMs = 30_000

interface Known {
  access: Access | undefined
  /** The version of everybody's rights that was current when this was read. */
  version: string
  readAt: number
  reading: Promise<void> | undefined
}

/**
 * The present access of signed-in people. As long as nobody's rights change (see rights.ts) it answers from memory or from the
 * session, so that a database that is away delays nobody and signs nobody out. After a change it reads before it answers
 * [OWASP ASVS 5.0, 7.4.2 and 8.3.2].
 */
export class AccessDirectory {
  private readonly known = new Map<number, Known>()
  private readonly database: Database
  private readonly log: Log

  constructor(options: { database: Database; log: Log }) {
    this.database = options.database
    this.log = options.log
  }

  /**
   * Undefined if the account was disabled or removed.
   * @throws when rights have changed and PostgreSQL cannot say how
   */
  async of(
    record: AccessRecord & { rightsVersion: string },
    version: string,
    now: number,
  ): Promise<Access | undefined> {
    let known = this.known.get(record.user.id)
    if (known === undefined) {
      known = { access: accessOf(record), version: record.rightsVersion, readAt: 0, reading: undefined }
      this.known.set(record.user.id, known)
    }
    if (known.version !== version) await this.renew(known, record.user.email, version)
    else if (now - known.readAt > renewAfterMs) this.renewLater(known, record.user.email, version)
    return known.access
  }

  /** Takes over what sign-in has just read. */
  learn(access: Access, version: string, now: number): void {
    this.known.set(access.user.id, { access, version, readAt: now, reading: undefined })
  }

  private renewLater(known: Known, email: string, version: string): void {
    this.renew(known, email, version).catch((error) => {
      this.log.debug({ error: describe(error) }, 'access.renew-failed')
      known.readAt = Date.now() - renewAfterMs / 2
    })
  }

  private async renew(known: Known, email: string, version: string): Promise<void> {
    while (known.reading) await known.reading
    if (known.version === version && Date.now() - known.readAt <= renewAfterMs) return
    known.reading = this.read(known, email, version).finally(() => {
      known.reading = undefined
    })
    await known.reading
  }

  private async read(known: Known, email: string, version: string): Promise<void> {
    const access = await withScope(this.database, systemScope, async (queries) => {
      const credential = await findUserByEmail(queries, email)
      const isActive = credential !== undefined && credential.disabledAt === null
      return isActive ? readAccess(queries, credential.user) : undefined
    })
    // An unchanged access stays the same object, which is the key of what is kept for its scope.
    if (JSON.stringify(access && recordOf(access)) !== JSON.stringify(known.access && recordOf(known.access))) {
      known.access = access
    }
    known.version = version
    known.readAt = Date.now()
  }
}
