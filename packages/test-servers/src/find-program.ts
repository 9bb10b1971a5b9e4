import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A server program is not installed; the message names the package to install. */
export class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError'
  readonly code = 'missing_program'
}

/** The first of these programs found on PATH, or at one of the absolute places; undefined when there is none. */
export function findProgram(names: readonly string[], places: readonly string[] = []): string | undefined {
  for (const name of names) {
    const found = spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'find', name], { encoding: 'utf8' }).stdout?.trim()
    if (found?.startsWith('/')) return found
  }
  return places.find((place) => existsSync(place))
}

/** Like {@link findProgram}, but throws a {@link MissingProgramError} that says what to install. */
export function requireProgram(names: readonly string[], places: readonly string[], packages: string): string {
  const found = findProgram(names, places)
  if (found !== undefined) return found
  throw new MissingProgramError(`no ${names.join(' or ')} found: install ${packages}`)
}
