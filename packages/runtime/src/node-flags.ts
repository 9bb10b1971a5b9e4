/**
 * With what every process of ours is started, whoever starts it. Messages live for milliseconds: a young generation of 32 MiB
 * lets them die there instead of being copied, which saves the processor a tenth of its CPU (docs/performance.md).
 */
export const nodeFlags: readonly string[] = ['--enable-source-maps', '--max-semi-space-size=32']
