import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const ballastName = 'ballast'
const chunk = Buffer.alloc(1_048_576)

/** A small file system in memory, mounted on a folder, that can be filled to the last byte. */
export class SmallDisk implements Disposable {
  private readonly folder: string
  private readonly unmountAtExit = () => this.unmount()

  /** Mounts it. Throws where this user may not mount. */
  constructor(folder: string, sizeBytes: number) {
    this.folder = folder
    mkdirSync(folder, { recursive: true })
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes},mode=0755`, 'tmpfs', folder])
    if (mounted.status !== 0) throw new Error(`cannot mount: ${mounted.stderr ?? mounted.error?.message}`)
    process.once('exit', this.unmountAtExit)
  }

  /** True where this user may mount. */
  static isPossible(folder: string): boolean {
    try {
      new SmallDisk(join(folder, 'mount-probe'), chunk.length)[Symbol.dispose]()
      return true
    } catch {
      return false
    }
  }

  /** Takes all the room that is left. */
  fill(): void {
    const file = openSync(join(this.folder, ballastName), 'w')
    try {
      for (;;) writeSync(file, chunk, 0, Math.max(1, Math.min(chunk.length, this.freeBytes)))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    } finally {
      closeSync(file)
    }
  }

  free(): void {
    rmSync(join(this.folder, ballastName), { force: true })
  }

  private get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder)
    return bavail * bsize
  }

  private unmount(): void {
    spawnSync('umount', ['-l', this.folder])
  }

  [Symbol.dispose](): void {
    process.off('exit', this.unmountAtExit)
    this.unmount()
  }
}
