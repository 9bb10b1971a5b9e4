import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { CodedError } from '@stellacontrol/runtime'

/** A server program is not installed: code `program-missing`; the message names the package to install. */
export function programMissing(message: string): CodedError {
  return new CodedError('program-missing', message)
}

/** The first of these programs found on PATH, or at one of the absolute places; undefined when there is none. */
export function findProgram(names: readonly string[], places: readonly string[] = []): string | undefined {
  for (const name of names) {
    const found = spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'find', name], { encoding: 'utf8' }).stdout?.trim()
    if (found?.startsWith('/')) return found
  }
  return places.find((place) => existsSync(place))
}

/** Like {@link findProgram}, but throws `program-missing` with what to install. */
export function requireProgram(names: readonly string[], places: readonly string[], packages: string): string {
  const found = findProgram(names, places)
  if (found !== undefined) return found
  throw programMissing(`no ${names.join(' or ')} found: install ${packages}`)
}
