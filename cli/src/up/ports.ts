import { createServer } from 'node:net'
import { CommandError } from '../exit-code.ts'

/** A port that a variable names, and what will listen there. */
export interface WantedPort {
  variable: string
  port: number
  purpose: string
}

/** Checks that nobody listens on these ports. @throws CommandError with one line per port that is taken or closed to us */
export async function checkPorts(wanted: readonly WantedPort[]): Promise<void> {
  const lines = await Promise.all(wanted.map(async (want) => describeRefusal(want, await refusalOf(want.port))))
  const problems = lines.filter((line) => line !== undefined)
  if (problems.length > 0) throw new CommandError('failure', problems.join('\n'))
}

/** The line about a port that cannot be used; undefined when it can. Pure. */
export function describeRefusal(
  { variable, port, purpose }: WantedPort,
  refusal: string | undefined,
): string | undefined {
  if (refusal === undefined) return undefined
  if (refusal === 'EACCES')
    return `Port ${port} (${purpose}) needs more rights than we have: set ${variable} to one above 1023.`
  return `Port ${port} (${purpose}) is taken by another program: set ${variable} to a free one.`
}

/** The error code of an attempt to listen on all addresses, as the services do; undefined when it works. */
function refusalOf(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    probe.listen({ port, exclusive: true }, () => probe.close(() => resolve(undefined)))
  })
}
