import type { Readable } from 'node:stream'
import {
  type DeviceRecord,
  importDevices,
  listDeviceRecords,
  readDeviceList,
  withScope,
  writeDeviceList,
} from '@stellacontrol/database'
import {
  exportQuerySchema,
  type ImportReport,
  importQuerySchema,
  importReportSchema,
  mayDo,
} from '@stellacontrol/protocol'
import { CodedError } from '@stellacontrol/runtime'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import type { Access } from '../session/access.ts'
import { announceDevices, inRegistry, requireOrganisation } from './registry-work.ts'

const devicesPerPage = 1_000
/** 20,000 devices in one transaction take a few seconds on a busy machine. */
const importTimeoutMs = 60_000

/** The registry as a list of devices, out and in. */
export function addCsvRoutes(server: ApiServer, application: Application): void {
  server.register(async (child) => addImport(child as ApiServer, application))
  addExport(server, application)
}

function addImport(server: ApiServer, application: Application): void {
  const { database } = application
  // The list is read as it comes; what reads it also limits it.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))

  server.post(
    '/registry/import',
    {
      schema: {
        tags: ['registry'],
        summary: 'Bring the devices of an organisation up to date with a list (text/csv)',
        description:
          'At most 5 MiB and 20,000 lines. Every bad line is listed; a real run with any bad line changes nothing. A column ' +
          'that is missing leaves what is there. Only the manufacturer adds devices.',
        consumes: ['text/csv'],
        querystring: importQuerySchema,
        response: {
          200: importReportSchema.meta({ examples: [examples.importReport] }),
          ...problems(
            ...(['request-invalid', 'not-signed-in', 'forbidden', 'organisation-not-found', 'serial-taken'] as const),
            ...(['body-too-large', 'media-type-unsupported', 'database-unavailable'] as const),
          ),
        },
      },
    },
    async (request): Promise<ImportReport> => {
      const { access } = callerOf(request)
      const { organisation: organisationId, dryRun } = request.query
      await inRegistry(database, access.scope, (queries) =>
        requireOrganisation(queries, access, organisationId, 'devices.import'),
      )
      if (request.body === undefined || request.body === null) throw new ApiProblem('media-type-unsupported')
      const list = await readList(request.body as Readable)
      const mayAdd = mayDo(access.everywhere, 'devices.import')
      const { report, serials } = await inRegistry(
        database,
        access.scope,
        (queries) =>
          importDevices(queries, access.scope, actorOf(request), list, {
            ...{ organisationId, mayAdd },
            dryRun: dryRun === 'true',
          }),
        { statementTimeoutMs: importTimeoutMs },
      )
      await announceDevices(application, serials)
      return report
    },
  )
}

async function readList(body: Readable) {
  try {
    // Whoever sends too much gets an answer, not a closed connection: what is left is read and thrown away.
    return await readDeviceList(body.iterator({ destroyOnReturn: false }))
  } catch (error) {
    if (error instanceof CodedError && error.code === 'list-too-large') throw new ApiProblem('body-too-large')
    throw error
  } finally {
    body.resume()
  }
}

function addExport(server: ApiServer, { database }: Application): void {
  server.get(
    '/registry/export.csv',
    {
      schema: {
        tags: ['registry'],
        summary: 'The devices as a list (text/csv)',
        description:
          'What an import takes back unchanged. Cells that a spreadsheet would run begin with an apostrophe.',
        querystring: exportQuerySchema,
        response: {
          200: z.string().describe('text/csv, UTF-8'),
          ...problems('request-invalid', 'not-signed-in', 'organisation-not-found', 'database-unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      const { organisation } = request.query
      if (organisation !== undefined) {
        await inRegistry(database, access.scope, (queries) =>
          requireOrganisation(queries, access, organisation, 'read'),
        )
      }
      const list = writeDeviceList(pagesOf(database, access, organisation))
      void reply.header('content-disposition', 'attachment; filename="devices.csv"').header('cache-control', 'no-store')
      return reply.type('text/csv; charset=utf-8').send(list as never)
    },
  )
}

/** A transaction for each page: a slow reader holds none open. */
async function* pagesOf(
  database: Application['database'],
  { scope }: Access,
  organisationId: number | undefined,
): AsyncGenerator<DeviceRecord[]> {
  for (let after = 0; ; ) {
    const page = await withScope(database, scope, (queries) =>
      listDeviceRecords(queries, scope, { after, limit: devicesPerPage, organisationId }),
    )
    yield page
    if (page.length < devicesPerPage) return
    after = page.at(-1)?.id ?? 0
  }
}
