import { withScope } from '@stellacontrol/database'
import {
  type RuleCheckResult,
  type RuleList,
  ruleCheckResultSchema,
  ruleCheckSchema,
  ruleListSchema,
  rulePlaceSchema,
} from '@stellacontrol/protocol'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { previewRule } from './preview-rule.ts'
import { findPlace, readRuleBook } from './rule-book.ts'
import { findCandidate, organisationsOf, visibleDevices } from './rule-candidate.ts'
import { viewRules } from './rule-views.ts'

const tags = ['alert rules']
const common = [
  ...(['request-invalid', 'not-signed-in', 'organisation-not-found', 'site-not-found', 'device-not-found'] as const),
  ...(['fleet-not-loaded', 'database-unavailable'] as const),
] as const

/** Which rules hold where, and what a rule would say. */
export function addRuleRoutes(server: ApiServer, application: Application): void {
  const { database } = application

  server.get(
    '/alert-rules',
    {
      schema: {
        tags,
        summary: 'The rules as they hold at a place, and where each override comes from',
        description:
          'An organisation, a site or a device; without one, the rules as they are written. The nearer override wins, field ' +
          'by field: model, organisations from above, site, device.',
        querystring: rulePlaceSchema,
        response: { 200: ruleListSchema, ...problems(...common) },
      },
    },
    async (request): Promise<RuleList> => {
      const { access } = callerOf(request)
      const devices = visibleDevices(application, access)
      const [book, named] = await withScope(database, access.scope, async (queries) => {
        const place = await findPlace(queries, access, request.query, organisationsOf(devices))
        return [await readRuleBook(queries), place] as const
      })
      return viewRules(book, named, devices)
    },
  )

  server.post(
    '/alert-rules/check',
    {
      schema: {
        tags,
        summary: 'Look at a rule, or at changes of one, without saving anything',
        description:
          'Says which fields are wrong and why; or on how many devices it holds now, by their latest reports.',
        body: ruleCheckSchema,
        response: {
          200: ruleCheckResultSchema,
          ...problems('origin-refused', 'rule-not-found', 'live-state-unavailable', ...common),
        },
      },
    },
    async (request): Promise<RuleCheckResult> => {
      const { access } = callerOf(request)
      const checked = await findCandidate(application, access, request.body)
      if ('problems' in checked) return { valid: false, problems: checked.problems, preview: null }
      const preview = await previewRule(application, checked.rule, checked.devices, Date.now())
      return { valid: true, problems: [], preview }
    },
  )
}
