import type { Permission } from '@stellacontrol/protocol'
import { useRights } from '../rights/use-rights.ts'

interface AdministrationPage {
  name: string
  path: `/administration/${'organisations' | 'sites' | 'people' | 'audit' | 'outbox'}`
  permission: Permission
  /** Only for who has the permission over everything. */
  isManufacturers?: true
}

const administrationPages: AdministrationPage[] = [
  { name: 'Organisations', path: '/administration/organisations', permission: 'organisations.edit' },
  { name: 'Sites', path: '/administration/sites', permission: 'sites.edit' },
  { name: 'People', path: '/administration/people', permission: 'people.edit' },
  { name: 'Audit', path: '/administration/audit', permission: 'audit.read' },
  { name: 'Outbox', path: '/administration/outbox', permission: 'people.edit', isManufacturers: true },
]

/** The pages of the administration that somebody may use; the first one is where the rail leads. */
export function useAdministrationPages(): AdministrationPage[] {
  const { mayAnywhere, isManufacturer } = useRights()
  return administrationPages.filter(
    ({ permission, isManufacturers }) => mayAnywhere(permission) && (isManufacturer || isManufacturers !== true),
  )
}
