import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { addAcceptanceRoutes } from './acceptance-routes.ts'
import { addAuditRoutes } from './audit-routes.ts'
import { addInvitationRoutes } from './invitation-routes.ts'
import { addMembershipRoutes } from './membership-routes.ts'
import { addOrganisationRoutes } from './organisation-routes.ts'
import { addPasswordResetRoutes } from './password-reset-routes.ts'
import { addPersonRoutes } from './person-routes.ts'
import { addSiteRoutes } from './site-routes.ts'

/** Everything about who belongs where, may do what, and did it. */
export function addPeopleRoutes(server: ApiServer, application: Application): void {
  addOrganisationRoutes(server, application)
  addSiteRoutes(server, application)
  addPersonRoutes(server, application)
  addMembershipRoutes(server, application)
  addInvitationRoutes(server, application)
  addAcceptanceRoutes(server, application)
  addPasswordResetRoutes(server, application)
  addAuditRoutes(server, application)
}
