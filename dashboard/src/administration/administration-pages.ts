import type { Permission } from '@stellacontrol/protocol'

interface AdministrationPage {
  name: string
  path: '/administration/organisations' | '/administration/sites' | '/administration/people' | '/administration/audit'
  permission: Permission
}

/** Who is offered what; the first one that somebody may use is where the rail leads. */
export const administrationPages: AdministrationPage[] = [
  { name: 'Organisations', path: '/administration/organisations', permission: 'organisations.edit' },
  { name: 'Sites', path: '/administration/sites', permission: 'sites.edit' },
  { name: 'People', path: '/administration/people', permission: 'people.edit' },
  { name: 'Audit', path: '/administration/audit', permission: 'audit.read' },
]
