import { readFileSync } from 'node:fs'
import { CodedError } from '@stellacontrol/runtime'
import type { RawClient } from './dial.ts'

/**
 * The Function library beside the data. Its name and every function carry the major version (`sc1`): a breaking change is
 * `sc2` next to it, so that old and new instances work during a rolling upgrade. Within a major the build number decides:
 * an older process never replaces a newer library.
 */
export const libraryName = 'sc1'
const librarySource = readFileSync(new URL('../lua/sc1.lua', import.meta.url), 'utf8')
export const libraryBuild = buildOf(librarySource) ?? 0

/** Loads the library on every master unless the same or a newer build is there. Safe to repeat and to race. */
export async function loadFunctions(client: RawClient, source = librarySource): Promise<void> {
  const replies = await client.sendToMasters(['FUNCTION', 'LIST', 'LIBRARYNAME', libraryName, 'WITHCODE'])
  const build = buildOf(source) ?? 0
  const isCurrent = replies.every((reply) => (buildOf(JSON.stringify(reply ?? '')) ?? -1) >= build)
  if (isCurrent) return
  const loaded = await client.sendToMasters(['FUNCTION', 'LOAD', 'REPLACE', source])
  if (loaded.some((name) => String(name) !== libraryName)) {
    throw new CodedError('redis-function-load-failed', `FUNCTION LOAD answered ${loaded.join(', ')}`)
  }
}

/** The number behind `-- build:` in a library's code. */
function buildOf(source: string): number | undefined {
  const match = /-- build: (\d+)/.exec(source)
  return match ? Number(match[1]) : undefined
}
