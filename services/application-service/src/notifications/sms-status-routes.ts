import { recordSmsStatus, systemScope, withScope } from '@stellacontrol/database'
import { smsStatusPath, smsStatusQuerySchema } from '@stellacontrol/protocol'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { isSigned, smsSignature } from './sms-signature.ts'

const mostBytes = 8_192
const mostFailureCharacters = 200

/** The last words on a text message: whatever else comes ("queued", "sent") tells nothing new. */
const finalStatuses: Readonly<Record<string, { isDelivered: boolean }>> = {
  delivered: { isDelivered: true },
  undelivered: { isDelivered: false },
  failed: { isDelivered: false },
}

/** Where the gateway for text messages says what became of them. It proves itself by a signature. */
export function addSmsStatusRoutes(server: ApiServer, application: Application): void {
  const { database, publicUrl, smsToken } = application
  server.register(async (callbacks) => {
    const text = { parseAs: 'string', bodyLimit: mostBytes } as const
    callbacks.addContentTypeParser('application/x-www-form-urlencoded', text, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
    )
    callbacks.post(
      smsStatusPath,
      {
        config: { isPublic: true },
        schema: {
          tags: ['alerts'],
          summary: 'The gateway for text messages says what became of one',
          description: "A form as Twilio sends it, signed with the gateway's token in `X-Twilio-Signature`.",
          security: [],
          querystring: smsStatusQuerySchema,
          response: { 204: z.null(), ...problems('request-invalid', 'signature-invalid', 'database-unavailable') },
        },
      },
      async (request, reply) => {
        const { delivery } = request.query as z.infer<typeof smsStatusQuerySchema>
        const fields = (request.body ?? {}) as Record<string, string>
        const signature = request.headers['x-twilio-signature']
        const address = `${publicUrl?.replace(/\/$/, '')}${request.url}`
        if (smsToken === undefined || publicUrl === undefined || typeof signature !== 'string') {
          throw new ApiProblem('signature-invalid')
        }
        if (!isSigned(signature, smsSignature(smsToken, address, fields))) throw new ApiProblem('signature-invalid')
        const status = fields.MessageStatus ?? ''
        const final = Object.hasOwn(finalStatuses, status) ? finalStatuses[status] : undefined
        if (final !== undefined) {
          const code = (fields.ErrorCode ?? '').slice(0, mostFailureCharacters)
          const failure = final.isDelivered ? null : `${status}${code === '' ? '' : ` (${code})`}`
          await withScope(database, systemScope, (queries) =>
            recordSmsStatus(queries, { bundleId: delivery, isDelivered: final.isDelivered, failure }),
          )
        }
        return reply.code(204).send(null)
      },
    )
  })
}
