import { type DeviceListQuery, deviceListQuerySchema } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { statusOf } from '../testing/statuses.ts'
import { FleetIndex } from './fleet-index.ts'
import { listDevices } from './list-devices.ts'

const now = Date.now()

function fleet(count: number): FleetIndex {
  const index = new FleetIndex()
  index.replaceRegistry(
    Array.from({ length: count }, (_, number) => ({
      serial: `IR-${String(number).padStart(4, '0')}`,
      name: `Booster ${number % 7}`,
      model: number % 2 ? 'iR5' : 'iR3',
      organisation: { id: 1 + (number % 3), name: `Customer ${1 + (number % 3)}` },
      site: {
        id: number % 5,
        name: `Site ${number % 5}`,
        timeZone: 'UTC',
        address: null,
        latitude: null,
        longitude: null,
      },
      state: 'active' as const,
      tags: number % 10 === 0 ? ['roof', 'Lift 3'] : [],
      createdAt: 0,
      ownedSince: null,
    })),
  )
  return index
}

function report(index: FleetIndex, serial: string, boardCelsius: number, silentMs = 0, severity = 'normal' as const) {
  const receivedAt = new Date(now - silentMs).toISOString()
  const sequence = (index.get(serial)?.live?.sequence ?? 0) + 1
  const status = statusOf(serial, sequence, { environment: { boardCelsius }, receivedAt, severity })
  index.applyStatus(serial, JSON.stringify(status), now)
}

const query = (input: Record<string, string>): DeviceListQuery => deviceListQuerySchema.parse(input)
const page = (index: FleetIndex, input: Record<string, string>, visible?: ReadonlySet<number>) =>
  listDevices(index.visibleTo({ visible }).values(), query(input))
const serialsOf = (index: FleetIndex, input: Record<string, string>, visible?: ReadonlySet<number>) =>
  page(index, input, visible).devices.map(({ registered }) => registered.serial)

function walk(index: FleetIndex, input: Record<string, string>, between: () => void = () => {}): string[] {
  const seen: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; between()) {
    const { devices, nextCursor } = page(index, cursor ? { ...input, cursor } : input)
    seen.push(...devices.map(({ registered }) => registered.serial))
    cursor = nextCursor
  }
  return seen
}

test('pages put together are the whole list in its order, whatever it is sorted by', () => {
  const index = fleet(100)
  for (let number = 0; number < 60; number++) report(index, `IR-${String(number).padStart(4, '0')}`, 20 + (number % 11))
  for (const sort of [
    'severity',
    'serial',
    'name',
    'site',
    'lastReportAt',
    'boardCelsius',
    'minimumIsolationMarginDb',
  ]) {
    for (const direction of ['ascending', 'descending']) {
      const whole = serialsOf(index, { sort, direction, limit: '500' })
      expect(walk(index, { sort, direction, limit: '7' }), `${sort} ${direction}`).toEqual(whole)
      expect(new Set(whole).size).toBe(100)
    }
  }
})

test('while values change between pages, every device whose own value stays is seen exactly once', () => {
  const index = fleet(90)
  for (const serial of index.serials()) report(index, serial, 30 + (Number(serial.slice(3)) % 9))
  const restless = index.serials().filter((_, position) => position % 10 === 0)
  let turn = 0
  const seen = walk(index, { sort: 'boardCelsius', limit: '8' }, () => {
    turn++
    for (const serial of restless) report(index, serial, 30 + ((turn * 3) % 9))
  })
  for (const serial of index.serials()) {
    if (!restless.includes(serial)) expect(seen.filter((other) => other === serial)).toHaveLength(1)
  }
})

test('devices that come and go between pages disturb no other', () => {
  const index = fleet(50)
  const kept = index.serials().filter((_, position) => position % 2 === 0)
  let isChanged = false
  const seen = walk(index, { sort: 'serial', limit: '6' }, () => {
    if (isChanged) return
    isChanged = true
    const registered = kept.map((serial) => index.get(serial)?.registered).filter((device) => device !== undefined)
    const [first] = registered
    if (first) index.replaceRegistry([...registered, { ...first, serial: 'IR-0000A' }])
  })
  expect(seen.filter((serial) => kept.includes(serial))).toEqual(kept)
})

test('severity shows what is broken first, then what is silent, then what is well', () => {
  const index = fleet(6)
  const minutes = 60_000
  report(index, 'IR-0000', 40)
  report(index, 'IR-0001', 40, 30 * minutes)
  report(index, 'IR-0002', 40, 61 * minutes)
  const apply = (serial: string, severity: 'minor' | 'critical', silentMs = 0) =>
    report(index, serial, 40, silentMs, severity as 'normal')
  apply('IR-0003', 'minor')
  apply('IR-0004', 'critical', 90 * minutes)
  expect(serialsOf(index, {})).toEqual(['IR-0004', 'IR-0003', 'IR-0002', 'IR-0001', 'IR-0005', 'IR-0000'])
})

test('devices without the value come last in both directions', () => {
  const index = fleet(4)
  report(index, 'IR-0001', 50)
  report(index, 'IR-0002', 30)
  const sort = 'boardCelsius'
  expect(serialsOf(index, { sort })).toEqual(['IR-0001', 'IR-0002', 'IR-0000', 'IR-0003'])
  expect(serialsOf(index, { sort, direction: 'ascending' })).toEqual(['IR-0002', 'IR-0001', 'IR-0000', 'IR-0003'])
})

test('filters and words of the search must all hold, within what the caller may see', () => {
  const index = fleet(60)
  report(index, 'IR-0007', 40)
  expect(page(index, { search: 'ir-0007' }).total).toBe(1)
  expect(page(index, { search: 'CUSTOMER  booster ir-001' }).total).toBe(10)
  expect(page(index, { search: 'customer nothing' }).total).toBe(0)
  expect(page(index, { site: '2' }).total).toBe(12)
  expect(page(index, { search: 'ir-0000' }, new Set([2])).total).toBe(0)
  expect(page(index, { presence: 'online,live' }).total).toBe(1)
  expect(page(index, { presence: 'never-seen', model: 'iR3' }).total).toBe(30)
  expect(page(index, { limit: '1' }, new Set([1])).total).toBe(20)
  expect(page(index, {}, new Set()).total).toBe(0)
})

test('a cursor of another order, or no cursor at all, is refused', () => {
  const index = fleet(20)
  const { nextCursor } = page(index, { sort: 'serial', limit: '5' })
  expect(() => page(index, { sort: 'name', cursor: nextCursor ?? '' })).toThrow(/cursor/)
  expect(() => page(index, { cursor: Buffer.from('{"a":1}').toString('base64url') })).toThrow(/cursor/)
})

test('tags, life, owner and live values filter too, and whoever never reported has no live values', () => {
  const index = fleet(60)
  report(index, 'IR-0003', 61)
  report(index, 'IR-0010', 44)
  expect(page(index, { tag: 'roof' }).total).toBe(6)
  expect(page(index, { tag: 'ROOF' }).total).toBe(0)
  expect(page(index, { search: 'lift ir-001' }).total).toBe(1)
  expect(page(index, { state: 'suspended,retired' }).total).toBe(0)
  expect(page(index, { organisation: '2', state: 'active' }).total).toBe(20)
  expect(page(index, { organisation: '2' }, new Set([1])).total).toBe(0)
  expect(serialsOf(index, { minimumBoardCelsius: '44.5' })).toEqual(['IR-0003'])
  expect(page(index, { maximumIsolationMarginDb: '22' }).total).toBe(2)
  expect(page(index, { maximumIsolationMarginDb: '21.9' }).total).toBe(0)
  expect(page(index, { band: 'B20', bandState: 'active,reduced' }).total).toBe(2)
  expect(page(index, { band: 'B20', bandState: 'fault' }).total).toBe(0)
  expect(page(index, { band: 'B99' }).total).toBe(0)
})
