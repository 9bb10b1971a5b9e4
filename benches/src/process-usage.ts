import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks per second in /proc/<pid>/stat: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

export interface Usage {
  cpuSeconds: number
  rssMiB: number
}

/** CPU time and resident memory of a process and its descendants, summed. Linux only. */
export function usageOfTree(pid: number): Usage {
  let cpuSeconds = 0
  let rssMiB = 0
  for (const member of treeOf(pid)) {
    try {
      const fields = readFileSync(`/proc/${member}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      cpuSeconds += (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
      rssMiB += privateMiB(member)
    } catch {
      // The process has ended since it was listed.
    }
  }
  return { cpuSeconds, rssMiB: Math.round(rssMiB) }
}

/** Proportional set size: shared memory, such as PostgreSQL's buffers, is counted once over all who share it. */
function privateMiB(pid: number): number {
  const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  return Number(match?.[1] ?? 0) / 1024
}

function treeOf(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    } catch {
      // Ended.
    }
  }
  const found: number[] = []
  const open = [root]
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    found.push(pid)
    open.push(...(children.get(pid) ?? []))
  }
  return found
}
