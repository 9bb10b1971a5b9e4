import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top folder of this installation; this file lies two folders below it, built or not. */
export const checkout = fileURLToPath(new URL('../../', import.meta.url))

/** The services of the platform that exist so far: their folders below `services`. */
export const serviceNames = [
  'message-receiver',
  'message-processor',
  'alert-monitor',
  'notification-service',
  'application-service',
] as const
export type ServiceName = (typeof serviceNames)[number]

export function serviceFile(name: ServiceName): string {
  return join(checkout, 'services', name, 'dist', 'main.js')
}

export const simulatorFile = join(checkout, 'simulator', 'dist', 'main.js')
