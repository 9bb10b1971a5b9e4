import type { Role } from '@stellacontrol/protocol'
import type { Queries } from './database.ts'
import { type NamedPage, type NamedPageQuery, readNamedPage } from './named-pages.ts'
import { type Scope, scopeParameter } from './scope.ts'

/** The table `invitation`: who was asked to join an organisation. Of the link's token only the SHA-256 is kept. */
export interface OpenInvitation {
  id: number
  email: string
  organisation: { id: number; name: string }
  role: Role
  /** Who it was, in words: an e-mail address, or the command line. */
  invitedBy: string
  /** Epoch ms. */
  createdAt: number
  expiresAt: number
}

export interface NewOpenInvitation {
  email: string
  organisationId: number
  role: Role
  invitedBy: string
  tokenHash: Buffer
  /** Epoch ms. */
  expiresAt: number
}

const isOpen = 'accepted_at is null and revoked_at is null'
const select = `
  select invitation.id, email, json_build_object('id', organisation.id, 'name', organisation.name) as organisation, role,
    invited_by as "invitedBy", invitation.created_at as "createdAt", expires_at as "expiresAt"
  from invitation join organisation on organisation.id = organisation_id`

/** Makes an invitation. One for the same address and organisation that is still open becomes this one: its link is useless. */
export async function createInvitation(queries: Queries, invitation: NewOpenInvitation): Promise<OpenInvitation> {
  const { email, organisationId, role, invitedBy, tokenHash, expiresAt } = invitation
  const [row] = await queries.query<{ id: number }>(
    `insert into invitation (organisation_id, email, role, invited_by, token_sha256, expires_at)
     values ($1, lower($2), $3, $4, $5, to_timestamp($6::float8 / 1000))
     on conflict (organisation_id, email) where ${isOpen} do update
       set role = excluded.role, invited_by = excluded.invited_by, token_sha256 = excluded.token_sha256,
         created_at = now(), expires_at = excluded.expires_at
     returning id`,
    [organisationId, email, role, invitedBy, tokenHash, expiresAt],
  )
  const [created] = await queries.query<OpenInvitation>(`${select} where invitation.id = $1`, [row?.id])
  if (created === undefined) throw new Error('insert returned no row')
  return created
}

/** The invitations of the scope that can still be accepted, by e-mail address; on request those into one organisation. */
export function listInvitations(
  queries: Queries,
  scope: Scope,
  { organisationId, ...page }: NamedPageQuery & { organisationId?: number | undefined },
): Promise<NamedPage<OpenInvitation>> {
  return readNamedPage<OpenInvitation>(
    queries,
    {
      select: `${select} where ${isOpen} and expires_at > now() and ($1::int[] is null or organisation_id = any($1))
        and ($2::int is null or organisation_id = $2)`,
      values: [scopeParameter(scope), organisationId ?? null],
      ...{ name: 'email', id: 'invitation.id', text: "email || ' ' || organisation.name" },
      positionOf: ({ email, id }) => ({ name: email, id }),
    },
    page,
  )
}

/** Makes the link of an invitation useless. Undefined if there is no open one of this id in the scope. */
export async function revokeInvitation(
  queries: Queries,
  scope: Scope,
  id: number,
): Promise<OpenInvitation | undefined> {
  const [found] = await queries.query<OpenInvitation>(
    `${select} where invitation.id = $2 and ${isOpen} and ($1::int[] is null or organisation_id = any($1))`,
    [scopeParameter(scope), id],
  )
  if (found === undefined) return undefined
  const revoked = await queries.execute(`update invitation set revoked_at = now() where id = $1 and ${isOpen}`, [id])
  return revoked === 0 ? undefined : found
}

/** For the holder of a link, who is nobody yet: the invitation that its token opens now. */
export async function findInvitationByToken(queries: Queries, tokenHash: Buffer): Promise<OpenInvitation | undefined> {
  const rows = await queries.query<OpenInvitation>(
    `${select} where token_sha256 = $1 and ${isOpen} and expires_at > now()`,
    [tokenHash],
  )
  return rows[0]
}

/** Uses an invitation up. False if it was, is over, or was revoked: of two at once one gets true. */
export async function acceptInvitation(queries: Queries, tokenHash: Buffer): Promise<boolean> {
  const accepted = await queries.execute(
    `update invitation set accepted_at = now() where token_sha256 = $1 and ${isOpen} and expires_at > now()`,
    [tokenHash],
  )
  return accepted > 0
}
