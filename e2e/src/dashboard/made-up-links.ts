import {
  invitationAcceptanceSchema,
  invitationPreviewSchema,
  linkTokenSchema,
  signInMethodsSchema,
} from '@stellacontrol/protocol'
import { done, type MadeUpRequest, ok, problem } from './made-up-answer.ts'
import { type MadeUpPerson, type MadeUpRegistry, withSecondFactor } from './made-up-registry.ts'

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
    return ok(
      invitationPreviewSchema.parse({
        email,
        organisation: organisation.name,
        role,
        hasAccount: accountOf(registry, email) !== undefined,
      }),
    )
  }
  if (path !== 'invitations/accept') return undefined
  const { token, name, password, code } = invitationAcceptanceSchema.parse(body)
  const waiting = registry.invitations.find((known) => known.token === token)
  const account = waiting && accountOf(registry, waiting.email)
  if (account !== undefined && account.password !== password) return problem(401, 'sign-in-refused')
  if (account?.email === withSecondFactor.email && code !== withSecondFactor.code)
    return problem(401, 'second-factor-required')
  const index = registry.invitations.findIndex((known) => known.token === token)
  const [invitation] = index < 0 ? [] : registry.invitations.splice(index, 1)
  if (invitation === undefined) return problem(404, 'link-invalid')
  const { email, organisation, role } = invitation
  if (account !== undefined) {
    account.memberships.push({ organisation, role })
    return done
  }
  if (name === undefined) return problem(400, 'request-invalid')
  registry.people.push(registry.newPerson(registry.people.length + 1, email, name, password, organisation.id, role))
  return done
}

function accountOf(registry: MadeUpRegistry, email: string): MadeUpPerson | undefined {
  return registry.people.find((person) => person.email === email)
}
