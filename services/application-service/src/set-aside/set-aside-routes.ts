import { getSetAside, listSetAside, markReplayed, withScope } from '@stellacontrol/database'
import { mayDo, type SetAside, setAsideListSchema, setAsideSchema } from '@stellacontrol/protocol'
import { appendMessages } from '@stellacontrol/redis'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import type { Access } from '../session/access.ts'

const idParameter = z.object({ id: z.coerce.number().int().positive() })
const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.coerce.number().int().positive().optional().describe('nextCursor of the page before'),
})
const one = setAsideSchema.meta({ examples: [examples.setAside] })

export function addSetAsideRoutes(server: ApiServer, application: Application): void {
  const { database } = application

  server.get(
    '/set-aside',
    {
      schema: {
        tags: ['operation'],
        summary: 'Messages that could not become history, newest first',
        querystring: listQuery,
        response: {
          200: setAsideListSchema.meta({ examples: [examples.setAsideList] }),
          ...problems('request-invalid', 'not-signed-in', 'database-unavailable'),
        },
      },
    },
    async (request) => {
      const { scope } = callerOf(request).access
      const { items, nextCursor } = await withScope(database, scope, (queries) =>
        listSetAside(queries, scope, request.query),
      )
      return { items, nextCursor: nextCursor === undefined ? null : String(nextCursor) }
    },
  )

  server.get(
    '/set-aside/:id',
    {
      schema: {
        tags: ['operation'],
        summary: 'One message that was set aside, with its bytes',
        params: idParameter,
        response: { 200: one, ...problems('set-aside-not-found', 'not-signed-in', 'database-unavailable') },
      },
    },
    async (request) => findMessage(application, callerOf(request).access, request.params.id),
  )

  server.post(
    '/set-aside/:id/replay',
    {
      schema: {
        tags: ['operation'],
        summary: 'Send a message through the queue again',
        description:
          'For operators and administrators of the manufacturer. A message goes through the queue again only once.',
        params: idParameter,
        response: {
          200: one,
          ...problems(
            'set-aside-not-found',
            'already-replayed',
            'not-replayable',
            'forbidden',
            'not-signed-in',
            'database-unavailable',
            'live-state-unavailable',
          ),
        },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      if (!mayReplay(access)) throw new ApiProblem('forbidden')
      await replay(application, access, request.params.id)
      return findMessage(application, access, request.params.id)
    },
  )
}

function mayReplay({ everywhere }: Access): boolean {
  return mayDo(everywhere, 'devices.operate')
}

async function findMessage({ database }: Application, access: Access, id: number): Promise<SetAside> {
  const message = await withScope(database, access.scope, (queries) => getSetAside(queries, access.scope, id))
  if (message === undefined) throw new ApiProblem('set-aside-not-found')
  return message
}

/**
 * The mark is committed only after the queue has the message: if anything fails in between, the message is replayed again, and
 * history counts the second copy as a duplicate. Two people at the same time wait for each other at the row's lock.
 */
async function replay(application: Application, access: Access, id: number): Promise<void> {
  const { database, redis, log } = application
  const { serial, receivedAt, payloadBase64 } = await findMessage(application, access, id)
  if (serial === null) throw new ApiProblem('not-replayable')
  await withScope(database, access.scope, async (transaction) => {
    if (!(await markReplayed(transaction, access.scope, id))) throw new ApiProblem('already-replayed')
    const message = { serial, receivedAt: Date.parse(receivedAt), payload: Buffer.from(payloadBase64, 'base64') }
    await appendMessages(redis.queue, redis.keys, [message])
  })
  log.info({ id, serial, userId: access.user.id }, 'set-aside.replayed')
}
