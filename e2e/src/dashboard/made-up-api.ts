import { answerAccount } from './made-up-account.ts'
import { answerAlerts } from './made-up-alerts-api.ts'
import { type MadeUpAnswer, type MadeUpRequest, problem } from './made-up-answer.ts'
import { answerRegistry } from './made-up-devices.ts'
import { answerLinks } from './made-up-links.ts'
import { answerOutbox, answerOwnNotifications } from './made-up-notifications.ts'
import { answerAudit, answerInvitations, answerPeople } from './made-up-people.ts'
import { answerOrganisations, answerSites } from './made-up-places.ts'
import type { MadeUpRegistry } from './made-up-registry.ts'
import { answerReports } from './made-up-reports.ts'
import { answerRules } from './made-up-rules.ts'
import { answerWindows } from './made-up-windows.ts'

/** Answers of the registry, of people and of accounts by the API's schemas; undefined for what is not theirs. */
export function answerMadeUp(registry: MadeUpRegistry, request: MadeUpRequest): MadeUpAnswer | undefined {
  const [, , resource, ...rest] = request.url.pathname.split('/')
  const open = answerLinks(registry, request, `${resource}/${rest.join('/')}`)
  if (open !== undefined || request.person === undefined) return open
  const signedIn = { ...request, person: request.person }
  if (isSensitive(signedIn) && request.person.provenUntil < Date.now()) return problem(403, 'proof-required')
  switch (resource) {
    case 'organisations':
      return answerOrganisations(registry, signedIn, rest)
    case 'sites':
      return answerSites(registry, signedIn, rest)
    case 'people':
      return answerPeople(registry, signedIn, rest)
    case 'invitations':
      return answerInvitations(registry, signedIn, rest)
    case 'audit':
      return answerAudit(registry, signedIn)
    case 'outbox':
      return answerOutbox(registry.notifications, signedIn, rest)
    case 'reports':
      return answerReports(registry, signedIn)
    case 'me':
      if (rest[0] === 'notifications')
        return answerOwnNotifications(registry.notifications, signedIn, rest.slice(1).join('/'))
      return answerAccount(signedIn, rest.join('/'))
    case 'alerts':
      return answerAlerts(registry, signedIn, rest)
    case 'alert-rules':
      return answerRules(registry, signedIn, rest)
    case 'maintenance-windows':
      return answerWindows(registry, signedIn, rest)
    case 'registry':
      return answerRegistry(registry, signedIn, rest)
    default:
      return undefined
  }
}

const sensitive = [
  /^(PUT|DELETE) .*\/memberships/,
  /^POST \/v1\/invitations$/,
  /\/(transfer|claim-code)$/,
  /^(POST|DELETE) .*\/credentials/,
]

/** The changes for which the service wants a proof, beside those of the own account. */
function isSensitive({ method, url, body }: MadeUpRequest): boolean {
  const path = `${method} ${url.pathname}`
  if (path.startsWith('PATCH /v1/people')) return (body as { disabled?: boolean }).disabled !== undefined
  if (path.endsWith('/state')) return /revoked|retired/.test(JSON.stringify(body))
  return sensitive.some((pattern) => pattern.test(path))
}
