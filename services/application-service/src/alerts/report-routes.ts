import { withScope } from '@stellacontrol/database'
import { type MonthlyReport, monthlyQuerySchema, monthlyReportSchema } from '@stellacontrol/protocol'
import { stringify } from 'csv-stringify/sync'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { readMonthlyReport } from './monthly-report.ts'

const tags = ['reports']
const codes = [
  ...(['request-invalid', 'not-signed-in', 'organisation-not-found', 'range-invalid', 'database-unavailable'] as const),
] as const

/** What a month was like for a customer. */
export function addReportRoutes(server: ApiServer, { database }: Application): void {
  const read = (request: FastifyRequest, query: z.infer<typeof monthlyQuerySchema>) => {
    const { scope } = callerOf(request).access
    return withScope(database, scope, (queries) => readMonthlyReport(queries, scope, query, Date.now()))
  }

  server.get(
    '/reports/monthly',
    {
      schema: {
        ...{ tags, summary: 'A month of an organisation', querystring: monthlyQuerySchema },
        description: 'Of its own devices, not of those of organisations below it. A month is one of UTC.',
        response: { 200: monthlyReportSchema, ...problems(...codes) },
      },
    },
    (request) => read(request, request.query),
  )

  server.get(
    '/reports/monthly.csv',
    {
      schema: {
        ...{ tags, summary: 'The same as a file for spreadsheets', querystring: monthlyQuerySchema },
        response: { 200: z.string().describe('text/csv, UTF-8'), ...problems(...codes) },
      },
    },
    async (request, reply) => {
      const report = await read(request, request.query)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="stellacontrol-${report.month}.csv"`)
        .header('cache-control', 'no-store')
        .serializer(String)
        .send(csvOf(report))
    },
  )
}

/** One figure per line: part, of what, which, value. */
function csvOf(report: MonthlyReport): string {
  const { organisation, bySeverity, byRule, worstDevices, worstBands, ...figures } = report
  const lines = [
    ['report', organisation.name, 'organisation', organisation.id],
    ...Object.entries(figures).map(([name, value]) => ['report', organisation.name, name, value]),
    ...Object.entries(bySeverity).map((entry) => ['severity', organisation.name, ...entry]),
    ...byRule.flatMap(({ ruleName, ...rest }) => Object.entries(rest).map((entry) => ['rule', ruleName, ...entry])),
    ...worstDevices.flatMap(({ serial, ...rest }) => Object.entries(rest).map((entry) => ['device', serial, ...entry])),
    ...worstBands.flatMap(({ serial, band, ...rest }) =>
      Object.entries(rest).map((entry) => ['band', `${serial} ${band}`, ...entry]),
    ),
  ]
  // What begins like a formula would be run by the spreadsheet that opens the file [CWE-1236].
  const options = { bom: true, record_delimiter: 'windows', escape_formulas: true } as const
  return stringify([['part', 'of', 'figure', 'value'], ...lines], options)
}
