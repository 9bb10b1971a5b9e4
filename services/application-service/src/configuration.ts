import { fileURLToPath } from 'node:url'
import { redisConfiguration } from '@stellacontrol/redis'
import { port, urlOf } from '@stellacontrol/runtime'
import { z } from 'zod'

/** Where the workspace builds the page, seen from this package's `src` and `dist` alike. */
const builtDashboard = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url))

/** The variables of this service. */
export const applicationConfiguration = {
  ...redisConfiguration,
  /** The owner's: brings the schema up to date at the start, and serves nobody. */
  DATABASE_URL: urlOf('postgres', 'postgresql').optional(),
  /** The role that serves people, under row-level security. Without it the owner's, which then changes its role. */
  DATABASE_API_URL: urlOf('postgres', 'postgresql').optional(),
  STELLA_HTTP_PORT: port.default(8080),
  /** All interfaces: the page is for the machine's whole network. `127.0.0.1` keeps it to this machine. */
  STELLA_HTTP_HOST: z.string().min(1).default('0.0.0.0'),
  STELLA_DASHBOARD_DIR: z.string().min(1).default(builtDashboard),
  /** The address people use, if a proxy stands in front: `https` makes the cookie `Secure` and switches HSTS on. */
  STELLA_PUBLIC_URL: urlOf('http', 'https').optional(),
  /** Whoever asks for `/metrics` from another machine must send it as bearer token. */
  STELLA_METRICS_TOKEN: z.string().min(16).optional(),
}
