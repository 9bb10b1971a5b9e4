import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem } from 'node:os'

/** What a figure means nothing without: the machine, the versions and how durable everything was. */
export function describeMachine(): Record<string, unknown> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    redis: versionOf('redis-server', ['--version']),
    postgres: versionOf('postgres', ['--version']) ?? versionOf('/usr/lib/postgresql/15/bin/postgres', ['--version']),
    durability: 'queue and state Redis appendfsync always; PostgreSQL fsync on, synchronous_commit on',
    loadGenerator: 'on the same cores',
  }
}

function versionOf(program: string, parameters: string[]): string | undefined {
  try {
    return /\d+\.\d+(\.\d+)?/.exec(execFileSync(program, parameters, { encoding: 'utf8' }))?.[0]
  } catch {
    return undefined
  }
}
