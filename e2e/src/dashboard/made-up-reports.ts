import { type MonthlyReport, monthlyQuerySchema, monthlyReportSchema } from '@stellacontrol/protocol'
import { type MadeUpAnswer, notFound, ok, problem, type SignedIn } from './made-up-answer.ts'
import { type MadeUpRegistry, naughty } from './made-up-registry.ts'

/** A month of an organisation: worse the later it is, so that a comparison has something to say. */
export function answerReports(registry: MadeUpRegistry, { url, person }: SignedIn): MadeUpAnswer {
  const { organisation: id, month } = monthlyQuerySchema.parse(Object.fromEntries(url.searchParams))
  if (!registry.visibleTo(person).has(id)) return problem(404, 'organisation-not-found')
  const devices = registry.organisations.find((one) => one.id === id)?.devices ?? 0
  if (!url.pathname.endsWith('/monthly')) return notFound
  const number = Number(month.slice(5))
  const serials = registry.fleet.devices.slice(0, 3).map(({ serial }) => serial)
  const report: MonthlyReport = {
    ...{
      organisation: registry.referenceOf(id),
      month,
      devices,
      availabilityPercent: devices === 0 ? null : 100 - number / 100,
    },
    ...{ from: `${month}-01T00:00:00.000Z`, to: endOf(month), incidents: devices === 0 ? 0 : 10 + number },
    bySeverity: { critical: 1, major: 3, minor: 6, warning: number },
    ...{ secondsToAcknowledge: 840, secondsToClear: 9_000 },
    byRule: [
      {
        ...{ rule: 'device-offline', ruleName: 'Device offline', severity: 'critical', incidents: 8, devices: 3 },
        ...{ secondsToAcknowledge: 840, secondsToClear: 9_000 },
      },
      {
        ...{ rule: 'own-1-x', ruleName: naughty, severity: 'warning', incidents: 2 + number, devices: 2 },
        ...{ secondsToAcknowledge: null, secondsToClear: null },
      },
    ],
    worstDevices: serials.map((serial, index) => ({
      ...{
        serial,
        name: index === 0 ? naughty : `Lobby ${index}`,
        availabilityPercent: 90 + index,
        silentSeconds: 75_600,
      },
    })),
    worstBands: serials.map((serial, index) => ({
      ...{ serial, name: `Lobby ${index}`, band: `B${index + 1}`, incidents: 2, seconds: 14_400 },
    })),
  }
  return ok(monthlyReportSchema.parse(report))
}

/** The first moment of the next month, or now if that is earlier. */
function endOf(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Math.min(Date.UTC(year, number), Date.now())).toISOString()
}
