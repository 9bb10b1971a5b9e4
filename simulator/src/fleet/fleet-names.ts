import type { Placement, SiteKind } from './fleet.ts'

/** Invented names: organisations, sites, places inside of them. None is a real company. */

export const organisations: readonly { name: string; kinds: readonly SiteKind[] }[] = [
  { name: 'Harbour Health Trust', kinds: ['hospital'] },
  { name: 'Northquay Estates', kinds: ['office', 'shopping'] },
  { name: 'Meridian Hotels', kinds: ['hotel'] },
  { name: 'Solstice Marine', kinds: ['ship'] },
  { name: 'Skerry Offshore', kinds: ['rig'] },
  { name: 'Larkfield Retail', kinds: ['shopping'] },
  { name: 'Tollgate Offices', kinds: ['office'] },
  { name: 'Brannoc Care', kinds: ['hospital'] },
]

/** How many sites of each kind there are among a hundred, roughly. */
export const kindWeights: readonly { kind: SiteKind; weight: number }[] = [
  { kind: 'office', weight: 34 },
  { kind: 'hotel', weight: 22 },
  { kind: 'hospital', weight: 18 },
  { kind: 'shopping', weight: 12 },
  { kind: 'ship', weight: 8 },
  { kind: 'rig', weight: 6 },
]

export const siteStems: readonly string[] = [
  'Mercy Harbour',
  'Larkfield',
  'Kestrel',
  'Tollgate',
  'St Brannoc',
  'Northquay',
  'Meridian Quay',
  'Aster',
  'Skerry',
  'Hollow Hill',
  'Rosemount',
  'Grand Canal',
  'Saltmarsh',
  'Copper Lane',
  'Whinfield',
  'Fairhaven',
  'Otterbrook',
  'Millstone',
  'Ashgrove',
  'Tern Point',
  'Blackrock Mews',
  'Linden',
  'Old Mint',
  'Sandpiper',
  'Greywater',
  'Marlowe',
  'Highfold',
  'Quarry Bank',
  'Elmstead',
  'Seven Bridges',
]

export const siteForms: Readonly<Record<SiteKind, readonly string[]>> = {
  office: ['House', 'Park', 'Exchange', 'Tower', 'Court'],
  hotel: ['Hotel', 'Grand Hotel', 'Inn', 'Suites'],
  hospital: ['Hospital', 'General', 'Clinic', 'Infirmary'],
  shopping: ['Centre', 'Arcade', 'Market', 'Galleries'],
  ship: ['Trader', 'Dawn', 'Mariner', 'Spirit'],
  rig: ['Alpha platform', 'Bravo platform', 'Charlie platform'],
}

export const places: Readonly<Record<SiteKind, readonly { name: string; placement: Placement }[]>> = {
  office: [
    { name: 'Level 11 north', placement: 'room' },
    { name: 'Level 4 south', placement: 'room' },
    { name: 'Atrium east', placement: 'room' },
    { name: 'Boardroom', placement: 'room' },
    { name: 'Stair core 2', placement: 'room' },
    { name: 'Car park B1', placement: 'room' },
    { name: 'Roof void C', placement: 'roof-cabinet' },
    { name: 'Plant room cabinet', placement: 'plant-room' },
  ],
  hotel: [
    { name: 'Lobby and bar', placement: 'room' },
    { name: 'Conference level B', placement: 'room' },
    { name: 'Spa and pool', placement: 'plant-room' },
    { name: 'Kitchen', placement: 'plant-room' },
    { name: 'Gym', placement: 'room' },
    { name: 'Floor 3 east', placement: 'room' },
    { name: 'Floor 7 west', placement: 'room' },
  ],
  hospital: [
    { name: 'Ward 3 East riser', placement: 'room' },
    { name: 'Ward 4 West riser', placement: 'room' },
    { name: 'Theatre suite', placement: 'room' },
    { name: 'Radiology basement', placement: 'room' },
    { name: 'Main entrance', placement: 'room' },
    { name: 'Pharmacy', placement: 'room' },
    { name: 'Plant room 2', placement: 'plant-room' },
    { name: 'Helipad cabinet', placement: 'roof-cabinet' },
  ],
  shopping: [
    { name: 'Service corridor', placement: 'room' },
    { name: 'Food court', placement: 'room' },
    { name: 'Loading dock', placement: 'plant-room' },
    { name: 'Mall level 1', placement: 'room' },
    { name: 'Plant room cabinet', placement: 'plant-room' },
    { name: 'Roof cabinet', placement: 'roof-cabinet' },
  ],
  ship: [
    { name: 'Bridge deck', placement: 'deck' },
    { name: 'Crew mess', placement: 'room' },
    { name: 'Engine control room', placement: 'deck' },
    { name: 'Cargo control', placement: 'deck' },
  ],
  rig: [
    { name: 'Drill floor west', placement: 'deck' },
    { name: 'Accommodation L2', placement: 'room' },
    { name: 'Helideck office', placement: 'deck' },
    { name: 'Control room', placement: 'room' },
  ],
}

/** Towns with their time zone and position; a site lies within a few kilometres, ships and rigs somewhat off the coast. */
export const towns: readonly {
  name: string
  timeZone: string
  latitude: number
  longitude: number
  coast: readonly [number, number]
}[] = [
  { name: 'Dublin', timeZone: 'Europe/Dublin', latitude: 53.347, longitude: -6.259, coast: [53.4, -5.6] },
  { name: 'Cork', timeZone: 'Europe/Dublin', latitude: 51.898, longitude: -8.475, coast: [51.5, -8.1] },
  { name: 'Galway', timeZone: 'Europe/Dublin', latitude: 53.274, longitude: -9.049, coast: [53.1, -9.9] },
  { name: 'London', timeZone: 'Europe/London', latitude: 51.511, longitude: -0.119, coast: [51.6, 1.6] },
  { name: 'Aberdeen', timeZone: 'Europe/London', latitude: 57.149, longitude: -2.094, coast: [57.9, 0.9] },
  { name: 'Manchester', timeZone: 'Europe/London', latitude: 53.48, longitude: -2.242, coast: [53.7, -3.6] },
  { name: 'Rotterdam', timeZone: 'Europe/Amsterdam', latitude: 51.922, longitude: 4.479, coast: [52.3, 3.6] },
  { name: 'Hamburg', timeZone: 'Europe/Berlin', latitude: 53.551, longitude: 9.994, coast: [54.1, 7.9] },
  { name: 'Bergen', timeZone: 'Europe/Oslo', latitude: 60.391, longitude: 5.322, coast: [60.8, 3.6] },
  { name: 'Lisbon', timeZone: 'Europe/Lisbon', latitude: 38.722, longitude: -9.139, coast: [38.4, -9.9] },
  { name: 'Athens', timeZone: 'Europe/Athens', latitude: 37.984, longitude: 23.728, coast: [37.4, 24.3] },
  { name: 'New York', timeZone: 'America/New_York', latitude: 40.713, longitude: -74.006, coast: [40.2, -72.9] },
]

export const streets: readonly string[] = [
  'Quay',
  'Mill Lane',
  'Abbey Street',
  'Harbour Road',
  'Station Road',
  'Park Row',
]

export const firmwareVersions: readonly { version: string; weight: number }[] = [
  { version: '4.2.1', weight: 70 },
  { version: '4.2.0', weight: 20 },
  { version: '4.1.7', weight: 10 },
]
