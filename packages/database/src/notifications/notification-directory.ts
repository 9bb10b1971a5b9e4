import type { AlertRule, NotificationPreferences, OverrideScope, Role, RuleChanges } from '@stellacontrol/protocol'
import type { Queries } from '../database.ts'
import type { OrganisationKind } from '../organisations.ts'

/** Everything that decides who is told of an incident, and how: read as a whole, kept in memory. */
export interface NotificationDirectory {
  organisations: { id: number; parentId: number | null; kind: OrganisationKind; name: string }[]
  sites: { id: number; organisationId: number; name: string }[]
  devices: { serial: string; name: string; model: string; organisationId: number; siteId: number | null }[]
  people: DirectoryPerson[]
  escalation: { organisationId: number; userId: number; afterMinutes: number }[]
  suppressed: string[]
  rules: AlertRule[]
  overrides: { rule: string; scope: OverrideScope; scopeId: string; changes: RuleChanges }[]
}

export interface DirectoryPerson {
  id: number
  email: string
  name: string
  /** The one that the account belongs to. */
  organisationId: number
  memberships: { organisationId: number; role: Role }[]
  /** Null = never chose. */
  preferences: NotificationPreferences | null
}

/** For services that act for nobody: it holds everybody. Disabled accounts are not in it. */
export async function readNotificationDirectory(queries: Queries): Promise<NotificationDirectory> {
  const organisations = queries.query<NotificationDirectory['organisations'][number]>(
    'select id, parent_id as "parentId", kind, name from organisation order by id',
  )
  const sites = queries.query<NotificationDirectory['sites'][number]>(
    'select id, organisation_id as "organisationId", name from site order by id',
  )
  const devices = queries.query<NotificationDirectory['devices'][number]>(
    `select serial, name, model, organisation_id as "organisationId", site_id as "siteId" from device order by id`,
  )
  const people = queries.query<DirectoryPerson>(
    `select app_user.id, email, app_user.name, app_user.organisation_id as "organisationId", preferences,
       (select json_agg(json_build_object('organisationId', organisation_id, 'role', role) order by organisation_id)
        from membership where user_id = app_user.id) as memberships
     from app_user left join notification_preference on user_id = app_user.id
     where disabled_at is null and exists (select from membership where user_id = app_user.id)
     order by app_user.id`,
  )
  const escalation = queries.query<NotificationDirectory['escalation'][number]>(
    `select organisation_id as "organisationId", user_id as "userId", after_minutes as "afterMinutes"
     from escalation_step order by organisation_id, position`,
  )
  const suppressed = queries.query<{ address: string }>('select address from suppressed_address order by address')
  const rules = queries.query<{ rule: AlertRule }>('select rule from alert_rule order by id')
  const overrides = queries.query<NotificationDirectory['overrides'][number]>(
    'select rule, scope, scope_id as "scopeId", changes from alert_rule_override order by id',
  )
  return {
    ...{ organisations: await organisations, sites: await sites, devices: await devices, people: await people },
    ...{ escalation: await escalation, suppressed: (await suppressed).map(({ address }) => address) },
    ...{ rules: (await rules).map(({ rule }) => rule), overrides: await overrides },
  }
}
