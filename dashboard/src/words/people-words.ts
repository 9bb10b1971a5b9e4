import type { DeviceLifeState, OrganisationView, Role } from '@stellacontrol/protocol'

export const roleWords: Record<Role, { word: string; may: string }> = {
  viewer: { word: 'Viewer', may: 'sees everything, changes nothing' },
  installer: { word: 'Installer', may: 'claims boosters, edits their names, sites and notes' },
  operator: { word: 'Operator', may: 'also suspends boosters and activates them again' },
  administrator: { word: 'Administrator', may: 'also looks after people, sites, secrets and transfers' },
}
export const roleNames = Object.keys(roleWords) as Role[]

export const organisationKindWords: Record<OrganisationView['kind'], string> = {
  manufacturer: 'Manufacturer',
  reseller: 'Reseller',
  customer: 'Customer',
}

export const siteKindWords = {
  building: 'Building',
  hospital: 'Hospital',
  hotel: 'Hotel',
  office: 'Office',
  ship: 'Ship',
  rig: 'Rig',
} as const
export type SiteKind = keyof typeof siteKindWords
export const siteKindNames = Object.keys(siteKindWords) as SiteKind[]

export const lifeStateWords: Record<DeviceLifeState, { word: string; meaning: string }> = {
  manufactured: { word: 'Manufactured', meaning: 'waits to be claimed' },
  claimed: { word: 'Claimed', meaning: 'waits for its first report' },
  active: { word: 'Active', meaning: 'reports and is monitored' },
  suspended: { word: 'Suspended', meaning: 'may not connect until it is activated again' },
  revoked: { word: 'Revoked', meaning: 'may never connect again' },
  retired: { word: 'Retired', meaning: 'taken out of service, its history stays' },
}
export const lifeStateNames = Object.keys(lifeStateWords) as DeviceLifeState[]
