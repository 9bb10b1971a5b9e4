import { Readable } from 'node:stream'
import {
  type BacktestDevice,
  FleetBacktest,
  type HeededIncident,
  modelFactsOf,
  runBacktest,
} from '@stellacontrol/alerts'
import { findHeededIncidents, readPast } from '@stellacontrol/database'
import { type BacktestLine, backtestRequestSchema } from '@stellacontrol/protocol'
import { deviceModels } from '@stellacontrol/protocol/models'
import { describe } from '@stellacontrol/runtime'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { FleetDevice } from '../fleet/fleet-device.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem, problemOf } from '../http/problem.ts'
import { planPast, rangeOf } from './plan-past.ts'
import { findCandidate } from './rule-candidate.ts'
import { RunningBacktests } from './running-backtests.ts'

const timeLimitMs = 600_000
const codes = [
  ...(['request-invalid', 'rule-invalid', 'range-invalid', 'model-unknown', 'not-in-history'] as const),
  ...(['backtest-too-long', 'not-signed-in', 'origin-refused', 'rule-not-found', 'organisation-not-found'] as const),
  ...(['site-not-found', 'device-not-found', 'backtest-running', 'too-many-backtests'] as const),
  ...(['fleet-not-loaded', 'database-unavailable'] as const),
] as const

/** What a rule would have raised in the past. */
export function addBacktestRoutes(server: ApiServer, application: Application): void {
  const running = new RunningBacktests()

  server.post(
    '/alert-rules/backtest',
    {
      schema: {
        tags: ['alert rules'],
        summary: 'Run a rule, or changes of one, over the reports of the past',
        description:
          'By the evaluator that raises alerts. One rule holds for all devices of the place, as it holds there, and what ' +
          'explains it elsewhere is not looked at: every firing counts. Answers one JSON object per line: `progress`, then ' +
          '`result`, or the `problem` that ended it. It ends when its client goes away, or after ten minutes. One per ' +
          'person at a time.',
        body: backtestRequestSchema,
        response: {
          200: z.string().describe('application/x-ndjson, one BacktestLine per line'),
          ...problems(...codes),
        },
      },
    },
    async (request, reply) => {
      const { access } = callerOf(request)
      const { model, replaces, ...asked } = request.body
      if (model !== undefined && !deviceModels.has(model)) throw new ApiProblem('model-unknown')
      const range = rangeOf(asked, Date.now())
      const candidate = await findCandidate(application, access, asked)
      if ('problems' in candidate) throw new ApiProblem('rule-invalid', undefined, { fields: candidate.problems })
      const { plan, columns } = planPast(candidate.rule, asked)
      const devices = candidate.devices.filter(({ registered }) => model === undefined || registered.model === model)
      const end = running.begin(access.user.id)
      return sendLines(reply, end, async function* (signal) {
        try {
          const { database } = application
          const serials = devices.map(({ registered }) => registered.serial)
          const acted = { ...range, rule: replaces ?? plan.rule.id, serials }
          const heeded = await findHeededIncidents(database, access.scope, acted)
          const backtest = new FleetBacktest(plan, devices.map(backtestDevice(heeded)), range)
          const past = { ...range, fromAt: range.fromAt - plan.warmUpMs, serials, columns }
          yield* runBacktest(backtest, readPast(database, access.scope, past), range, signal)
        } catch (error) {
          if (!signal.aborted)
            application.log.warn({ requestId: request.id, error: describe(error) }, 'backtest.failed')
          yield problemLine(error)
        }
      })
    },
  )
}

/** Sends lines as they are made, until the client goes away. `end` is called when nothing is made any more. */
function sendLines(
  reply: FastifyReply,
  end: () => void,
  make: (signal: AbortSignal) => AsyncGenerator<BacktestLine>,
): FastifyReply {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  const lines = make(AbortSignal.any([gone.signal, AbortSignal.timeout(timeLimitMs)]))
  const stream = Readable.from(asText(lines))
  stream.once('close', end)
  return reply.type('application/x-ndjson').header('x-accel-buffering', 'no').send(stream)
}

async function* asText(lines: AsyncIterable<BacktestLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`
}

function problemLine(error: unknown): BacktestLine {
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError'
  const { code, message } = isTimeout ? new ApiProblem('backtest-too-long') : problemOf(error)
  return { type: 'problem', code, detail: message }
}

function backtestDevice(heeded: ReadonlyMap<string, HeededIncident[]>) {
  return ({ registered: { serial, name, model, site } }: FleetDevice): BacktestDevice => {
    const facts = { timeZone: site?.timeZone ?? 'UTC', model: modelFactsOf(model) }
    return { serial, name, facts, heeded: heeded.get(serial) ?? [] }
  }
}
