import { checkChanges, checkRule, type RuleProblem } from '@stellacontrol/alerts'
import {
  addOwnRule,
  findDeviceRecord,
  findOrganisation,
  findOverride,
  findSite,
  listOrganisations,
  lockOwnRule,
  type OwnRule,
  putOverride,
  type Queries,
  recordAudit,
  removeOverride,
  removeOwnRule,
  replaceOwnRule,
  systemScope,
  withScope,
} from '@stellacontrol/database'
import {
  alertRuleSchema,
  newRuleSchema,
  type OverrideScope,
  overrideBodySchema,
  overrideParameter,
  ruleIdParameter,
  ruleReplacementSchema,
} from '@stellacontrol/protocol'
import { deviceModels } from '@stellacontrol/protocol/models'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { organisationFor, refusing, sqlState } from '../people/refusals.ts'
import { type Access, isAllowed, requirePermission } from '../session/access.ts'
import { announceRules } from './announce-rules.ts'
import { readRuleBook } from './rule-book.ts'
import { ruleIds } from './rule-candidate.ts'

const tags = ['alert rules']
const common = [
  ...(['request-invalid', 'not-signed-in', 'forbidden', 'origin-refused', 'database-unavailable'] as const),
] as const

/** Rules of an organisation's own: they hold for it and everything below it. */
export function addOwnRuleRoutes(server: ApiServer, application: Application): void {
  const { database } = application

  server.post(
    '/alert-rules',
    {
      schema: {
        ...{ tags, summary: "Add a rule of an organisation's own", body: newRuleSchema },
        response: {
          201: alertRuleSchema,
          ...problems('rule-invalid', 'organisation-not-found', 'name-taken', ...common),
        },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      const { organisationId } = request.body
      const actor = actorOf(request)
      const rule = await refusing({ [sqlState.unique]: 'name-taken' }, () =>
        withScope(database, access.scope, async (queries) => {
          await organisationFor(queries, access, 'rules.edit', organisationId)
          const id = newRuleId(organisationId, request.body.rule.name)
          const added = taken(checkRule({ ...request.body.rule, id }, ruleIds(await readRuleBook(queries)))).rule
          await addOwnRule(queries, { rule: added, organisationId, changedBy: actor.actor })
          await recordAudit(queries, actor, [
            { organisationId, action: 'alertRule.created', objectKind: 'alertRule', objectId: id, after: added },
          ])
          return added
        }),
      )
      await announceRules(application)
      return reply.code(201).send(rule)
    },
  )

  server.put(
    '/alert-rules/:id',
    {
      schema: {
        ...{ tags, summary: "Change a rule of an organisation's own", params: ruleIdParameter },
        body: ruleReplacementSchema,
        response: { 200: alertRuleSchema, ...problems('rule-invalid', 'rule-not-found', ...common) },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const actor = actorOf(request)
      const rule = await withScope(database, access.scope, async (queries) => {
        const { id, organisationId, rule: before } = await editableRule(queries, access, request.params.id)
        const known = ruleIds(await readRuleBook(queries))
        const after = taken(checkRule({ ...request.body.rule, id }, known)).rule
        await replaceOwnRule(queries, after, actor.actor)
        await recordAudit(queries, actor, [
          { organisationId, action: 'alertRule.changed', objectKind: 'alertRule', objectId: id, before, after },
        ])
        return after
      })
      await announceRules(application)
      return rule
    },
  )

  server.delete(
    '/alert-rules/:id',
    {
      schema: {
        ...{ tags, summary: "Remove a rule of an organisation's own, with its overrides", params: ruleIdParameter },
        response: { 204: z.null(), ...problems('rule-not-found', ...common) },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      await withScope(database, access.scope, async (queries) => {
        const { id, organisationId, rule: before } = await editableRule(queries, access, request.params.id)
        await removeOwnRule(queries, id)
        await recordAudit(queries, actorOf(request), [
          { organisationId, action: 'alertRule.deleted', objectKind: 'alertRule', objectId: id, before },
        ])
      })
      await announceRules(application)
      return reply.code(204).send(null)
    },
  )
}

/** Overrides: what holds for a model, an organisation and what is below it, a site or a device instead of what the rule says. */
export function addOverrideRoutes(server: ApiServer, application: Application): void {
  const { database } = application
  const places = ['rule-not-found', 'organisation-not-found', 'site-not-found', 'device-not-found'] as const

  server.put(
    '/alert-rules/:id/overrides/:scope/:scopeId',
    {
      schema: {
        ...{ tags, summary: 'Lay changes over a rule at a place', params: overrideParameter, body: overrideBodySchema },
        description: "A model's overrides hold for every organisation: they are the manufacturer's.",
        response: { 204: z.null(), ...problems('rule-invalid', 'model-unknown', ...places, ...common) },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      const { id, scope, scopeId } = request.params
      const place = { rule: id, scope, scopeId }
      const actor = actorOf(request)
      await withScope(database, access.scope, async (queries) => {
        const organisationId = await ownerOfPlace(queries, access, scope, scopeId)
        const known = (await readRuleBook(queries)).rules.find(({ rule }) => rule.id === id)
        if (known === undefined) throw new ApiProblem('rule-not-found')
        const { changes } = taken(checkChanges(known.rule, request.body.changes))
        if (Object.keys(changes).length === 0) throw new ApiProblem('request-invalid', 'changes: nothing is changed')
        const before = (await findOverride(queries, place))?.changes
        await putOverride(queries, { ...place, organisationId, changes, changedBy: actor.actor })
        await recordAudit(queries, actor, [
          {
            ...{ organisationId, action: 'alertRule.overridden', objectKind: 'alertRule', objectId: id },
            ...{ before: { scope, scopeId, changes: before ?? null }, after: { scope, scopeId, changes } },
          },
        ])
      })
      await announceRules(application)
      return reply.code(204).send(null)
    },
  )

  server.delete(
    '/alert-rules/:id/overrides/:scope/:scopeId',
    {
      schema: {
        ...{ tags, summary: 'Take an override away; where there is none, nothing happens', params: overrideParameter },
        response: { 204: z.null(), ...problems('model-unknown', ...places, ...common) },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      const { id, scope, scopeId } = request.params
      const place = { rule: id, scope, scopeId }
      const wasThere = await withScope(database, access.scope, async (queries) => {
        const organisationId = await ownerOfPlace(queries, access, scope, scopeId)
        const before = await findOverride(queries, place)
        if (before === undefined || !(await removeOverride(queries, place))) return false
        await recordAudit(queries, actorOf(request), [
          {
            ...{ organisationId, action: 'alertRule.reset', objectKind: 'alertRule', objectId: id },
            before: { scope, scopeId, changes: before.changes },
          },
        ])
        return true
      })
      if (wasThere) await announceRules(application)
      return reply.code(204).send(null)
    },
  )
}

/** What the check of rules made of it. @throws ApiProblem `rule-invalid` with every field that is wrong */
function taken<Checked extends object>(checked: Checked | { problems: RuleProblem[] }): Checked {
  if (!('problems' in checked)) return checked
  const detail = checked.problems.map(({ field, message }) => `${field}: ${message}`).join('; ')
  throw new ApiProblem('rule-invalid', detail.slice(0, 1000), { fields: checked.problems })
}

/** Letters and digits of its name behind the number of its organisation: nobody's rule hinders another's. */
function newRuleId(organisationId: number, name: unknown): string {
  const slug = String(name)
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 30)
  return `own-${organisationId}-${slug || crypto.randomUUID().slice(0, 8)}`
}

async function editableRule(queries: Queries, access: Access, id: string): Promise<OwnRule> {
  const own = await lockOwnRule(queries, id)
  // What comes from above can be read, not changed.
  if (own === undefined || own.organisationName === null) throw new ApiProblem('rule-not-found')
  requirePermission(access, 'rules.edit', own.organisationId)
  return own
}

/** Whose override of this place is, if the caller may make one there. */
async function ownerOfPlace(queries: Queries, access: Access, scope: OverrideScope, scopeId: string): Promise<number> {
  if (scope === 'model') return ownerOfModel(queries, access, scopeId)
  const organisationId = await organisationOfPlace(queries, access, scope, scopeId)
  requirePermission(access, 'rules.edit', organisationId)
  return organisationId
}

async function ownerOfModel(queries: Queries, access: Access, model: string): Promise<number> {
  if (access.visible !== undefined) throw new ApiProblem('forbidden')
  if (!deviceModels.has(model)) throw new ApiProblem('model-unknown')
  const manufacturer = (await listOrganisations(queries, systemScope)).find(({ kind }) => kind === 'manufacturer')
  if (manufacturer === undefined || !isAllowed(access, 'rules.edit', manufacturer.id)) throw new ApiProblem('forbidden')
  return manufacturer.id
}

async function organisationOfPlace(
  queries: Queries,
  { scope: visible }: Access,
  scope: Exclude<OverrideScope, 'model'>,
  scopeId: string,
): Promise<number> {
  if (scope === 'device') {
    const device = await findDeviceRecord(queries, visible, scopeId)
    if (device === undefined) throw new ApiProblem('device-not-found')
    return device.organisation.id
  }
  const id = /^[1-9]\d{0,9}$/.test(scopeId) && Number(scopeId) < 2 ** 31 ? Number(scopeId) : undefined
  const found =
    id && (scope === 'site' ? await findSite(queries, visible, id) : await findOrganisation(queries, visible, id))
  if (!found) throw new ApiProblem(scope === 'site' ? 'site-not-found' : 'organisation-not-found')
  return 'organisationId' in found ? found.organisationId : found.id
}
