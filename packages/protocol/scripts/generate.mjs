// Generates packages/protocol/generated from the .proto. The result is committed; a test compares it with a fresh run.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const packageFolder = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const outFolder = resolve(process.argv[2] ?? join(packageFolder, 'generated'))
const require = createRequire(import.meta.url)
const pbjs = join(dirname(require.resolve('protobufjs-cli/package.json')), 'bin/pbjs')

const flags = [
  ...['-t', 'static-module', '-w', 'esm', '--root', 'stellacontrol-device-v1', '--force-number'],
  ...['--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-service', '--no-typeurl'],
]
const run = (...more) =>
  execFileSync(process.execPath, [pbjs, ...flags, ...more, 'proto/device.proto'], {
    cwd: packageFolder,
    stdio: 'inherit',
  })

// The types are made from the comments; the code that is kept has none.
mkdirSync(outFolder, { recursive: true })
run('--dts', '-o', join(outFolder, 'device.js'))
run('--no-comments', '-o', join(outFolder, 'device.js'))
