import { ledgerSchema } from '@stellacontrol/protocol'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'

export function addLedgerRoutes(server: ApiServer, { ledger }: Application): void {
  server.get(
    '/ledger',
    {
      schema: {
        tags: ['operation'],
        summary: 'What became of every queue entry',
        description: 'Figures of the whole installation: for members of the manufacturer.',
        response: {
          200: ledgerSchema.meta({ examples: [examples.ledger] }),
          ...problems('not-signed-in', 'forbidden', 'database-unavailable', 'live-state-unavailable'),
        },
      },
    },
    async (request) => {
      if (callerOf(request).access.everywhere === undefined) throw new ApiProblem('forbidden')
      return ledger.read()
    },
  )
}
