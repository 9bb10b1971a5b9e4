import type { NotificationDirectory } from '@stellacontrol/database'
import { defaultNotificationPreferences, type NotificationPreferences, type Role } from '@stellacontrol/protocol'
import { DirectoryIndex } from '../who/directory-index.ts'

/** 1 maker, 2 reseller below it, 3 customer below that with site 30 and device A-1, 4 another customer. */
export function directoryOf(
  people: { id: number; at: number; role?: Role; preferences?: Partial<NotificationPreferences> }[],
  further: Partial<NotificationDirectory> = {},
): DirectoryIndex {
  return new DirectoryIndex({
    organisations: [
      { id: 1, parentId: null, kind: 'manufacturer', name: 'Maker' },
      { id: 2, parentId: 1, kind: 'reseller', name: 'Reseller' },
      { id: 3, parentId: 2, kind: 'customer', name: 'Northquay' },
      { id: 4, parentId: 2, kind: 'customer', name: 'Meadow' },
    ],
    sites: [
      { id: 30, organisationId: 3, name: 'Northquay Exchange' },
      { id: 31, organisationId: 3, name: 'Northquay Depot' },
    ],
    devices: Array.from({ length: 200 }, (_, index) => ({
      ...{ serial: `A-${index}`, name: `Booster ${index}`, model: 'iR5', organisationId: 3 },
      siteId: index % 2 === 0 ? 30 : 31,
    })),
    people: people.map(({ id, at, role = 'viewer', preferences }) => ({
      ...{ id, email: `${id}@example.com`, name: `Person ${id}`, organisationId: at },
      memberships: [{ organisationId: at, role }],
      preferences: preferences ? { ...defaultNotificationPreferences, ...preferences } : null,
    })),
    ...{ escalation: [], suppressed: [], rules: [], overrides: [] },
    ...further,
  })
}
