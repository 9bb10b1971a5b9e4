import {
  invitationAcceptanceSchema,
  invitationPreviewSchema,
  linkTokenSchema,
  signInMethodsSchema,
} from '@stellacontrol/protocol'
import { done, type MadeUpRequest, ok, problem } from './made-up-answer.ts'
import type { MadeUpRegistry } from './made-up-registry.ts'

export function answerLinks(registry: MadeUpRegistry, { method, body }: MadeUpRequest, path: string) {
  if (path === 'session/methods') {
    const openIdConnect = { name: 'Northquay Networks', url: '/v1/session/oidc' }
    return ok(signInMethodsSchema.parse({ password: true, openIdConnect }))
  }
  if (method !== 'POST') return undefined
  if (path === 'password-resets/') return { status: 202 }
  if (path === 'password-resets/complete') return done
  if (path === 'invitations/preview') {
    const { token } = linkTokenSchema.parse(body)
    const invitation = registry.invitations.find((known) => known.token === token)
    if (invitation === undefined) return problem(404, 'link-invalid')
    const { email, organisation, role } = invitation
    return ok(invitationPreviewSchema.parse({ email, organisation: organisation.name, role, hasAccount: false }))
  }
  if (path !== 'invitations/accept') return undefined
  const { token, name, password } = invitationAcceptanceSchema.parse(body)
  const index = registry.invitations.findIndex((known) => known.token === token)
  const [invitation] = index < 0 ? [] : registry.invitations.splice(index, 1)
  if (invitation === undefined || name === undefined) return problem(404, 'link-invalid')
  const { email, organisation, role } = invitation
  registry.people.push(registry.newPerson(registry.people.length + 1, email, name, password, organisation.id, role))
  return done
}
