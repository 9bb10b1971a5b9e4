import type { FaultSpecification } from '../faults/fault.ts'

export const siteKinds = ['office', 'hotel', 'hospital', 'shopping', 'ship', 'rig'] as const
export type SiteKind = (typeof siteKinds)[number]

/** Where in the site the device hangs: decides its ambient temperature. */
export const placements = ['room', 'plant-room', 'roof-cabinet', 'deck'] as const
export type Placement = (typeof placements)[number]

export interface FleetOrganisation {
  name: string
}

export interface FleetSite {
  name: string
  /** Name of its organisation. */
  organisation: string
  kind: SiteKind
  /** IANA, e.g. "Europe/Dublin". */
  timeZone: string
  latitude: number
  longitude: number
  address: string
}

export interface FleetDevice {
  serial: string
  /** MQTT password: 256 bits as base64url. */
  secret: string
  /** Key of the device-model table. */
  model: string
  name: string
  /** Name of its site. */
  site: string
  placement: Placement
  firmwareVersion: string
}

/** A whole virtual fleet; the fleet file is this as JSON. Times of its faults count from the start of a run. */
export interface Fleet {
  seed: number
  organisations: FleetOrganisation[]
  sites: FleetSite[]
  devices: FleetDevice[]
  faults: FaultSpecification[]
}
