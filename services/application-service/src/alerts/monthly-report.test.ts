import { type MonthlyReport, monthlyReportSchema } from '@stellacontrol/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeIncident } from '../testing/incidents.ts'
import {
  harbourSerials,
  startTestApplication,
  type TestApplication,
  waitUntilReady,
} from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let harbour: TestClient
let path: string

/** Hours of October 2026. */
const at = (hours: number) => new Date(Date.UTC(2026, 9, 1) + hours * 3_600_000).toISOString()
const monthHours = 31 * 24

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  harbour = await application.signIn('Harbour')
  await application.database.execute(`update device set created_at = '2026-01-01'`)
  const [row] = await application.database.query<{ id: number }>(`select id from organisation where name = 'Harbour'`)
  path = `?organisation=${row?.id}&month=2026-10`
  const offline = {
    rule: 'device-offline',
    ruleName: 'Device offline',
    class: 'communication',
    severity: 'critical',
  } as const
  const cleared = { state: 'cleared' } as const
  // Silent since before the month, and for another ten hours of it that two incidents tell of.
  await makeIncident(application, {
    ...offline,
    ...cleared,
    scope: 'HA-0001',
    since: at(-5),
    raisedAt: at(-4),
    clearedAt: at(10),
  })
  await makeIncident(application, {
    ...offline,
    ...cleared,
    scope: 'HA-0002',
    since: at(100),
    raisedAt: at(101),
    clearedAt: at(110),
  })
  await makeIncident(application, {
    ...offline,
    ...cleared,
    scope: 'HA-0002',
    since: at(105),
    raisedAt: at(106),
    clearedAt: at(108),
    subject: 'x',
  })
  const band = { rule: 'band-shut-down', ruleName: 'Band shut down', class: 'equipment', subject: 'B20' } as const
  await makeIncident(application, {
    ...band,
    ...cleared,
    scope: 'HA-0003',
    since: at(200),
    raisedAt: at(200),
    clearedAt: at(204),
  })
  await makeIncident(application, {
    ...band,
    ...cleared,
    scope: 'HA-0003',
    since: at(202),
    raisedAt: at(202),
    clearedAt: at(203),
    parentId: '00000000-0000-4000-8000-000000000001',
  })
  await makeIncident(application, {
    ...band,
    ...cleared,
    scope: 'HA-0003',
    since: at(-50),
    raisedAt: at(-50),
    clearedAt: at(-40),
  })
  await makeIncident(application, { ...band, scope: 'ME-0001', since: at(1), raisedAt: at(1) })
  await application.database.execute(
    `update incident set acknowledged_at = raised_at + interval '10 minutes' where rule = 'band-shut-down'`,
  )
})
afterAll(() => application.stop())

test('a month in figures: availability, incidents by rule, how long people took, the worst bands', async () => {
  const { body } = await harbour.get<MonthlyReport>(`/v1/reports/monthly${path}`)
  expect(monthlyReportSchema.parse(body)).toEqual(body)
  const silentHours = 10 + 10
  const percent = Math.round((1 - silentHours / (harbourSerials.length * monthHours)) * 100_000) / 1000
  expect(body).toMatchObject({
    ...{
      organisation: { name: 'Harbour' },
      devices: harbourSerials.length,
      availabilityPercent: percent,
      incidents: 3,
      bySeverity: { critical: 2, major: 1, minor: 0, warning: 0 },
    },
    worstDevices: [
      { serial: 'HA-0001', silentSeconds: 36_000 },
      { serial: 'HA-0002', silentSeconds: 36_000 },
    ],
    worstBands: [{ serial: 'HA-0003', band: 'B20', incidents: 2, seconds: 4 * 3600 }],
  })
  expect(body.byRule).toEqual([
    {
      ...{ rule: 'device-offline', ruleName: 'Device offline', severity: 'critical', incidents: 2, devices: 1 },
      ...{ secondsToAcknowledge: null, secondsToClear: 5.5 * 3600 },
    },
    {
      ...{ rule: 'band-shut-down', ruleName: 'Band shut down', severity: 'major', incidents: 1, devices: 1 },
      ...{ secondsToAcknowledge: 600, secondsToClear: 4 * 3600 },
    },
  ])
})

test('the same for a spreadsheet, which runs nothing of it', async () => {
  await application.database.execute(`update incident set rule_name = '=1+1' where rule = 'band-shut-down'`)
  const { body, headers } = await harbour.get<string>(`/v1/reports/monthly.csv${path}`)
  expect(headers.get('content-type')).toContain('text/csv')
  expect(body).toContain('report,Harbour,incidents,3\r\n')
  expect(body).toContain('severity,Harbour,critical,2\r\n')
  expect(body).toContain('band,HA-0003 B20,seconds,14400\r\n')
  expect(body).toContain("rule,'=1+1,incidents,1\r\n")
})

test('a month that has not begun, and somebody else’s, are refused', async () => {
  expect((await harbour.get(`/v1/reports/monthly${path.replace('2026-10', '2099-01')}`)).body.code).toBe(
    'range-invalid',
  )
  const meadow = await application.signIn('Meadow')
  expect((await meadow.get(`/v1/reports/monthly${path}`)).body.code).toBe('organisation-not-found')
})
