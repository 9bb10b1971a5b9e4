import { readFileSync } from 'node:fs'
import { CodedError, messageOf } from '@stellacontrol/runtime'
import type { NodeSender, RawClient } from './raw-client.ts'
import { isRedisUnavailable } from './redis-errors.ts'

/**
 * The Function library beside the data. Its name and every function carry the major version (`sc1`): a breaking change is
 * `sc2` next to it, so that old and new instances work during a rolling upgrade. Within a major the build number decides:
 * an older process never replaces a newer library.
 */
export const libraryName = 'sc1'
/** The library's parts by subject, in the order in which they are put together. */
const parts = [
  'shared',
  'append-and-accept',
  'readers',
  'upkeep',
  'connections',
  'throttles',
  'alerts',
  'notifications',
]
export const librarySource = parts.map(readPart).join('\n')
export const libraryBuild = buildOf(librarySource) ?? 0

/** Loads the library on every master unless the same or a newer build is there. Safe to repeat and to race. */
export async function loadFunctions(client: RawClient, source = librarySource): Promise<void> {
  await client.eachMaster((send) => loadOnMaster(send, source))
}

async function loadOnMaster(send: NodeSender, source: string): Promise<void> {
  const build = buildOf(source) ?? 0
  const present = await presentBuild(send)
  if (present !== undefined && present >= build) return
  try {
    // Without REPLACE a process that was faster, perhaps with a newer build, is noticed and not overwritten.
    const replace = present === undefined ? [] : ['REPLACE']
    await send(['FUNCTION', 'LOAD', ...replace, source])
  } catch (error) {
    if (messageOf(error).includes('already exists') && (await presentBuild(send)) !== undefined) return
    // A full server takes no library; an older build of the same major drains it all the same.
    if (isRedisUnavailable(error) && present !== undefined) return
    throw new CodedError('redis-function-load-failed', messageOf(error), { cause: error })
  }
}

async function presentBuild(send: NodeSender): Promise<number | undefined> {
  const reply = await send(['FUNCTION', 'LIST', 'LIBRARYNAME', libraryName, 'WITHCODE'])
  const isPresent = Array.isArray(reply) && reply.length > 0
  return isPresent ? (buildOf(JSON.stringify(reply)) ?? 0) : undefined
}

function readPart(name: string): string {
  return readFileSync(new URL(`../lua/${libraryName}/${name}.lua`, import.meta.url), 'utf8')
}

/** The number behind `-- build:` in a library's code. */
function buildOf(source: string): number | undefined {
  const match = /-- build: (\d+)/.exec(source)
  return match ? Number(match[1]) : undefined
}
