import type { Actor } from '@stellacontrol/database'
import type { FastifyRequest } from 'fastify'
import { callerOf } from '../http/caller.ts'

/** Who the audit log names for what a request changes. */
export function actorOf(request: FastifyRequest): Actor {
  const { user } = callerOf(request).access
  return { userId: user.id, actor: user.email, address: request.ip }
}
