import type {
  Account,
  claimCodeSchema,
  DeviceDetail,
  DeviceList,
  DeviceStatus,
  DeviceSummary,
  FleetSummary,
  History,
  ImportReport,
  Ledger,
  OwnSession,
  RegistryDeviceView,
  Session,
  SetAside,
  SignInMethods,
} from '@stellacontrol/protocol'
import type { z } from 'zod'

const device: DeviceSummary = {
  serial: 'IR-2407-00123',
  name: 'Tower East, level 12',
  model: 'IR5-23',
  organisation: { id: 3, name: 'Harbour Estates' },
  site: { id: 17, name: 'Harbour Tower', timeZone: 'Europe/Brussels' },
  firmwareVersion: '2.4.1',
  presence: 'online',
  connected: true,
  lastReportAt: '2026-11-23T14:03:20.412Z',
  mode: 'normal',
  intervalSeconds: 600,
  severity: 'major',
  findings: [{ code: 'isolation-margin-low', severity: 'major', band: 'B20', value: 6.5, limit: 8 }],
  boardCelsius: 47.5,
  worstBand: { band: 'B20', state: 'reduced', gainReductionDb: 9 },
  minimumIsolationMarginDb: 6.5,
  bands: [{ band: 'B20', enabled: true, state: 'reduced', gainSetDb: 65, gainActualDb: 56 }],
  state: 'active',
  tags: ['lobby'],
}

const detail: DeviceDetail = {
  ...device,
  createdAt: '2026-02-11T09:00:00.000Z',
  site: {
    id: 17,
    name: 'Harbour Tower',
    timeZone: 'Europe/Brussels',
    address: 'Kaai 4, Antwerpen',
    latitude: 51.23,
    longitude: 4.4,
  },
  connectedSince: '2026-11-21T02:10:44.000Z',
}

const list: DeviceList = { items: [device], total: 1, nextCursor: null }

const status: DeviceStatus = {
  bootId: 12,
  sequence: 4711,
  serial: device.serial,
  at: '2026-11-23T14:03:20.000Z',
  receivedAt: '2026-11-23T14:03:20.412Z',
  mode: 'normal',
  intervalSeconds: 600,
  model: device.model,
  firmwareVersion: '2.4.1',
  severity: 'major',
  findings: device.findings,
  device: { cpuLoadPercent: 21 },
  environment: { boardCelsius: 47.5 },
  power: { source: 'mains', supplyVolts: 27.9 },
  bands: [
    {
      band: 'B20',
      enabled: true,
      state: 'reduced',
      gainSetDb: 65,
      gainMaximumDb: 56,
      gainActualDb: 56,
      gainLimitCause: 'isolation',
      isolationDb: 62.5,
      isolationMarginDb: 6.5,
    },
  ],
  modem: { bearer: 'lte', rsrpDbm: -97 },
}

const fleet: FleetSummary = {
  devices: 200,
  presence: { online: 188, live: 5, stale: 4, offline: 2, 'never-seen': 1 },
  severity: { normal: 191, minor: 5, major: 3, critical: 1 },
  reportsPerSecond: 24.6,
  oldestUnprocessedMs: 0,
  lost: 0,
  at: '2026-11-23T14:03:21.000Z',
}

const history: History = {
  from: '2026-11-23T13:00:00.000Z',
  to: '2026-11-23T14:00:00.000Z',
  source: 'reports',
  bucketMs: 600_000,
  at: [1795438800000, 1795439400000],
  series: [{ metric: 'boardCelsius', unit: '°C', minimum: [46.1, 46.4], average: [46.8, 47.2], maximum: [47.5, 47.9] }],
}

const counts = { appended: 90_210, stored: 90_190, duplicates: 12, setAside: 3, expired: 0, queued: 5 }
const ledger: Ledger = {
  ...counts,
  difference: 0,
  balanced: true,
  partitions: [{ partition: 0, ...counts, difference: 0 }],
  oldestQueuedMs: 38,
  allowanceHours: 52.5,
  at: '2026-11-23T14:03:21.000Z',
}

const setAside: SetAside = {
  id: 42,
  serial: 'IR-2407-00123',
  reason: 'undecodable',
  detail: 'index out of range: 12 + 40 > 20',
  receivedAt: '2026-11-23T14:00:00.000Z',
  setAsideAt: '2026-11-23T14:00:00.120Z',
  bytes: 4,
  payloadBase64: 'CAwQ/w==',
  replayedAt: null,
}

const session: Session = {
  user: {
    id: 1,
    email: 'operator@example.org',
    name: 'Ada Operator',
    role: 'operator',
    organisation: { id: 1, name: 'StellaControl' },
  },
  memberships: [{ organisation: { id: 1, name: 'StellaControl', kind: 'manufacturer' }, role: 'operator' }],
  expiresAt: '2026-11-24T02:03:21.000Z',
}

const account: Account = {
  email: session.user.email,
  name: session.user.name,
  hasPassword: true,
  secondFactor: { enabled: true, recoveryCodesLeft: 9 },
  provenUntil: '2026-11-23T14:13:21.000Z',
}

const ownSession: OwnSession = {
  id: '9f86d081884c7d659a2feaa0c55ad015',
  isThisOne: true,
  createdAt: '2026-11-23T08:00:00.000Z',
  lastUsedAt: '2026-11-23T14:03:21.000Z',
  address: '192.0.2.17',
  agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
}

const signInMethods: SignInMethods = {
  password: true,
  openIdConnect: { name: 'Harbour Estates', url: '/v1/session/oidc' },
}

const registryDevice: RegistryDeviceView = {
  serial: device.serial,
  name: device.name,
  model: device.model,
  state: 'active',
  stateChangedAt: '2026-02-12T10:11:00.000Z',
  organisation: device.organisation,
  site: { id: 17, name: 'Harbour Tower' },
  location: 'level 12, riser B',
  latitude: null,
  longitude: null,
  tags: device.tags,
  notes: 'The key is with the porter.',
  createdAt: detail.createdAt,
  activatedAt: '2026-02-12T10:11:00.000Z',
}
const claimCode: z.infer<typeof claimCodeSchema> = {
  serial: device.serial,
  code: '7K3M-9QZX-2B4H-W8DE',
  expiresAt: '2026-11-23T14:18:21.000Z',
}

const importReport: ImportReport = {
  dryRun: true,
  lines: 3,
  added: 0,
  changed: 1,
  unchanged: 1,
  problems: [{ line: 3, column: 'site', value: 'Harbor Tower', problem: 'no such site in this organisation' }],
}

/** One example of every answer; a test compares them with the schemas, and OpenAPI shows them. */
export const examples = {
  signIn: { email: 'operator@example.org', password: 'correct horse battery staple' },
  session,
  signInMethods,
  account,
  ownSessions: { items: [ownSession] },
  secondFactorSetUp: {
    secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    uri: 'otpauth://totp/StellaControl:operator%40example.org?issuer=StellaControl&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  },
  recoveryCodes: { codes: ['mfrg-gzdf-mztw-q2lk', 'onsw-g4tf-orrw-63tf'] },
  list,
  detail,
  status,
  fleet,
  history,
  ledger,
  registryDevice,
  claimCode,
  importReport,
  setAside,
  setAsideList: { items: [setAside], nextCursor: null },
}
