import { type DeviceStatus, type Report, reportToStatus } from '@stellacontrol/protocol'
import { limitsOf } from '@stellacontrol/protocol/models'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database.ts'
import { addDevice } from '../devices.ts'
import { slots } from '../history/history-layout.ts'
import { maintainPartitions } from '../history/maintain-partitions.ts'
import { writeHistory } from '../history/write-history.ts'
import { createOrganisation } from '../organisations.ts'
import { type Scope, scopeOfOrganisation } from '../scope.ts'
import { entryOf, sampleReport } from '../testing/sample-reports.ts'
import { startTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import type { PastColumns } from './past-columns.ts'
import { type PastRequest, readPast } from './read-past.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const now = Math.floor(Date.now() / hourMs) * hourMs
const fromAt = now - 2 * dayMs
const everything: PastColumns = {
  columns: [
    ...['board', 'ambient', 'fan_rpm', 'fan_drive_and_cpu', 'supply', 'current', 'memory_free', 'rsrp', 'rsrq', 'sinr'],
    ...['rssi', 'round_trip', 'reconnects', 'config_version'],
  ],
  slots: Object.keys(slots).filter((slot) => !slot.endsWith('Spread')) as (keyof typeof slots)[],
}
const boards: PastColumns = { columns: ['board'], slots: [] }

let server: TestDatabase
let owner: Database
let api: Database
let ofHotel: Scope
let ofShip: Scope
const written: { serial: string; report: Report; receivedAt: number }[] = []

beforeAll(async () => {
  server = await startTestDatabase()
  owner = server.database
  api = server.openApi()
  const maker = await createOrganisation(owner, { parentId: null, kind: 'manufacturer', name: 'Maker' })
  const customer = async (name: string) => {
    const { id } = await createOrganisation(owner, { parentId: maker.id, kind: 'customer', name })
    return { id, scope: await scopeOfOrganisation(owner, id) }
  }
  const [hotel, ship] = [await customer('Hotel'), await customer('Ship')]
  ofHotel = hotel.scope
  ofShip = ship.scope
  for (const [serial, organisationId] of Object.entries({ 'H-1': hotel.id, 'H-2': hotel.id, 'S-1': ship.id })) {
    await addDevice(owner, { serial, organisationId, siteId: null, model: 'iR5', name: serial })
  }
  await maintainPartitions(owner, { now })
  for (const serial of ['H-1', 'H-2', 'S-1']) {
    for (let sequence = 1; sequence <= 40; sequence++)
      write(serial, sampleReport(1, sequence, fromAt + sequence * 10 * minuteMs))
  }
  // Six bands and live reports, an hour that was kept, and one that came late.
  const wide = sampleReport(1, 50, fromAt + 10 * hourMs)
  write('H-1', { ...wide, bands: [...(wide.bands ?? []), { band: 28, state: 4, gainSetDb10: 500 }] })
  write('H-1', { ...sampleReport(1, 51, fromAt + 10 * hourMs + 10_000), mode: 2, intervalS: 10 })
  write('H-1', { ...sampleReport(1, 52, fromAt + 11 * hourMs), mode: 3 }, fromAt + 20 * hourMs)
  write('H-1', sampleReport(1, 54, fromAt + 12 * hourMs), fromAt + 12 * hourMs)
  write('H-1', sampleReport(1, 53, fromAt + 12 * hourMs - 1_000), fromAt + 12 * hourMs + 5_000)
  const entries = written.map(({ serial, report, receivedAt }, index) =>
    entryOf(`${index + 1}-0`, serial, report, receivedAt),
  )
  await writeHistory(owner, { queueGeneration: 'g', partitions: [{ partition: 0, entries }], now })
})
afterAll(() => server.stop())

function write(serial: string, report: Report, receivedAt = (report.sentAtMs ?? 0) + 200): void {
  written.push({ serial, report, receivedAt })
}

async function read(scope: Scope, changes: Partial<PastRequest> = {}, sizes?: Parameters<typeof readPast>[3]) {
  const request = { serials: ['H-1', 'H-2', 'S-1'], fromAt, untilAt: now, columns: boards, ...changes }
  const found: { serial: string; at: number; status: DeviceStatus }[] = []
  const untils: number[] = []
  for await (const part of readPast(api, scope, request, sizes)) {
    untils.push(part.untilAt)
    for (const { serial, reports } of part.devices()) for (const report of reports) found.push({ serial, ...report })
  }
  return { found, untils }
}

test('a report comes back as the status that it was, without what history does not keep', async () => {
  const { found } = await read(ofHotel, { columns: everything })
  const live = written.filter(({ serial }) => serial !== 'S-1')
  expect(found.length).toBe(live.length)
  for (const { serial, report, receivedAt } of live) {
    const one = found.find(({ serial: other, status }) => other === serial && status.sequence === report.seq)
    const decoded = entryOf('1-0', serial, report, receivedAt).decoded
    if ('rejected' in decoded || one === undefined) throw new Error(`${serial} ${report.seq}`)
    const full = reportToStatus(serial, decoded.report, receivedAt, limitsOf('iR5'))
    // What is undefined is absent.
    const { environment, device, bands, ...was } = JSON.parse(JSON.stringify(full)) as DeviceStatus
    const { status } = one
    expect(status).toMatchObject({
      ...{ bootId: was.bootId, mode: was.mode, intervalSeconds: was.intervalSeconds, power: was.power },
      modem: { bearer: 'lte', rsrpDbm: was.modem.rsrpDbm, sinrDb: 12, roundTripMs: was.modem.roundTripMs },
      device: { cpuLoadPercent: device.cpuLoadPercent, memoryFreeKilobytes: 51_200, configVersion: 12 },
      environment: { ...environment, fans: [environment.fans?.[0]] },
    })
    expect(status.bands.length).toBe(bands.length)
    for (const [index, band] of bands.entries()) {
      const { downlinkInputDbm, downlinkOutputDbm, uplinkActiveSeconds, ...rest } = band
      expect(status.bands[index]).toMatchObject(rest)
      expect(status.bands[index]?.downlinkOutputDbm?.average).toBe(downlinkOutputDbm?.average)
      expect(status.bands[index]?.downlinkInputDbm?.average).toBe(downlinkInputDbm?.average)
      expect((status.bands[index]?.uplinkActiveSeconds ?? 0) > 0).toBe((uplinkActiveSeconds ?? 0) > 0)
    }
  }
})

test('reports come in the order in which the platform got them; what was kept counts when it was measured', async () => {
  const { found } = await read(ofHotel, { serials: ['H-1'] })
  expect(found.slice(-5).map(({ at, status }) => [status.sequence, status.mode, at - fromAt])).toEqual([
    [50, 'normal', 10 * hourMs + 200],
    [51, 'live', 10 * hourMs + 10_200],
    [52, 'backfill', 11 * hourMs],
    [54, 'normal', 12 * hourMs],
    [53, 'normal', 12 * hourMs + 5_000],
  ])
})

test('the parts follow each other and hold every report once, however small they are', async () => {
  const whole = await read(ofHotel)
  const small = await read(ofHotel, {}, { reportsPerPart: 12, maximumReports: 100_000 })
  expect(whole.untils).toEqual([now])
  expect(small.untils.length).toBe(48)
  expect(small.untils.at(-1)).toBe(now)
  const ids = ({ found }: typeof whole) => found.map(({ serial, status }) => `${serial} ${status.sequence}`).sort()
  expect(ids(small)).toEqual(ids(whole))
})

test('a scope sees its own devices, and only while they were its own', async () => {
  expect(new Set((await read(ofShip)).found.map(({ serial }) => serial))).toEqual(new Set(['S-1']))
  const handedOnAt = fromAt + 205 * minuteMs
  const device = `(select id from device where serial = 'H-2')`
  const ship = ofShip.kind === 'organisations' ? ofShip.ids[0] : 0
  await owner.execute(`update device set organisation_id = $1 where serial = 'H-2'`, [ship])
  await owner.execute(
    `update device_ownership set until = to_timestamp($1) where device_id = ${device} and since = '-infinity'`,
    [handedOnAt / 1000],
  )
  await owner.execute(
    `update device_ownership set since = to_timestamp($1) where device_id = ${device} and until = 'infinity'`,
    [handedOnAt / 1000],
  )
  const sequences = (found: { status: DeviceStatus }[]) => found.map(({ status }) => status.sequence)
  const expected = Array.from({ length: 20 }, (_, index) => index + 21)
  expect(sequences((await read(ofShip, { serials: ['H-2'] })).found)).toEqual(expected)
  // Whose it was does not see it in the registry any more.
  expect((await read(ofHotel, { serials: ['H-2'] })).found).toEqual([])
  const rows = await api.query('select 1 from owned_report')
  expect(rows, 'without a scope').toEqual([])
})

test('what is too much for one part is read again in smaller ones', async () => {
  const second = (number: string) => `to_timestamp(${now / 1000 - 24 * 3600}) + ${number} * interval '1 second'`
  const columns =
    'fan_rpm, fan_drive_and_cpu, supply, current, memory_free, rsrp, rsrq, sinr, rssi, round_trip, reconnects'
  await owner.execute(
    `insert into report_live select ${second('number')}, device_id, 2, number, uptime_s, 0, 1, 2, board, ambient, ${columns},
       config_version, bands
     from (select * from report_live limit 1) as one, generate_series(1, 20000) as number`,
  )
  const { found, untils } = await read(
    ofHotel,
    { serials: ['H-1'] },
    { reportsPerPart: 150_000, maximumReports: 4_096 },
  )
  expect(found.filter(({ status }) => status.bootId === 2).length).toBe(20_000)
  expect(untils.length).toBeGreaterThan(8)
})

test('the planner takes the same rows of a whole fleet', async () => {
  const serials = Array.from({ length: 150 }, (_, index) => `S-${index + 100}`)
  const ship = ofShip.kind === 'organisations' ? (ofShip.ids[0] ?? 0) : 0
  for (const serial of serials) {
    await addDevice(owner, { serial, organisationId: ship, siteId: null, model: 'iR5', name: serial })
  }
  const { found } = await read(ofShip, { serials: ['S-1', ...serials] })
  expect(found.length).toBe(40)
})
