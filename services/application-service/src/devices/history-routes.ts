import { readHistory, withScope } from '@stellacontrol/database'
import { historyQuerySchema, historySchema } from '@stellacontrol/protocol'
import { CodedError } from '@stellacontrol/runtime'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import type { ErrorCode } from '../http/error-codes.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { serialParameter } from './device-routes.ts'

const requestErrors: Record<string, ErrorCode> = {
  'history-metric-unknown': 'metric-unknown',
  'history-range-invalid': 'range-invalid',
}

export function addHistoryRoutes(server: ApiServer, { database }: Application): void {
  server.get(
    '/devices/:serial/history',
    {
      schema: {
        tags: ['history'],
        summary: 'Values of the past, in buckets',
        description:
          'Minimum, average and maximum per bucket, as many buckets as `points` allows. A bucket without data is missing in ' +
          '`at`; null is a bucket without that value.',
        params: serialParameter,
        querystring: historyQuerySchema,
        response: {
          200: historySchema.meta({ examples: [examples.history] }),
          ...problems(
            'request-invalid',
            'metric-unknown',
            'range-invalid',
            'device-not-found',
            'not-signed-in',
            'database-unavailable',
          ),
        },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const { serial } = request.params
      try {
        const history = await withScope(database, access.scope, (queries) =>
          readHistory(queries, access.scope, { serial, ...request.query }),
        )
        if (history === undefined) throw new ApiProblem('device-not-found')
        return history
      } catch (error) {
        const code = error instanceof CodedError ? requestErrors[error.code] : undefined
        throw code === undefined ? error : new ApiProblem(code, (error as Error).message, { cause: error })
      }
    },
  )
}
