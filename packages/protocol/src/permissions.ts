/**
 * What people may do. A role in an organisation covers everything below it, and each role may do all that the one before may.
 * One table for the service, which refuses, and for the page, which does not offer.
 */
export const roles = ['viewer', 'installer', 'operator', 'administrator'] as const
export type Role = (typeof roles)[number]

/** The least role that may do it. */
export const permissions = {
  read: 'viewer',
  /** Name, notes, tags, site and place of a device. */
  'devices.edit': 'installer',
  'devices.claim': 'installer',
  'sites.edit': 'installer',
  /** What changes how the platform treats a device: suspend it, put its set-aside messages through the queue again. */
  'devices.operate': 'operator',
  /** Say that one takes care of an incident, comment on it, assign it: also who stands in front of the device. */
  'alerts.acknowledge': 'installer',
  /** Shelve an incident, end it by hand, open it again: others are told less, or more, from then on. */
  'alerts.operate': 'operator',
  /** Like suspending a device: it changes what the platform says of it. */
  'rules.edit': 'operator',
  'maintenance.edit': 'operator',
  'devices.transfer': 'administrator',
  'devices.import': 'administrator',
  /** Secrets and certificates, and revoking a device. */
  'devices.credentials': 'administrator',
  'organisations.edit': 'administrator',
  'people.edit': 'administrator',
  'audit.read': 'administrator',
} as const satisfies Record<string, Role>
export type Permission = keyof typeof permissions

/** True if a role may do it; nobody's role may do nothing. */
export function mayDo(role: Role | undefined, permission: Permission): boolean {
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(permissions[permission])
}

/** The role that may do most. */
export function highestRole(held: Iterable<Role>): Role | undefined {
  return [...held].sort((left, right) => roles.indexOf(right) - roles.indexOf(left))[0]
}
