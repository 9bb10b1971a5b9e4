/**
 * The steps that `npm start`, `npm test` and `npm run bench` share. Runs before node_modules exists: nothing but Node.
 * Every step says on standard error what it is about to do, and throws a BootstrapError that says what to type.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installSystemPackages } from './system-packages.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const oldestNode = [20, 19]
const stillBusyMs = 15_000

/** Something the person at the keyboard must do; the message is the one line to print. */
class BootstrapError extends Error {}

export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** What is wrong with this Node, or undefined. */
export function nodeProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const fits = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
  return fits ? undefined : `StellaControl needs Node ${oldestNode.join('.')} or newer; this is ${version}.`
}

export function checkNode() {
  const problem = nodeProblem(process.versions.node)
  if (problem !== undefined) throw new BootstrapError(problem)
}

/** Runs a program to its end with its output on our standard error; resolves to its exit code. */
export function run(command, words, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd: root, stdio: ['ignore', 2, 2], ...options })
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(exitCodeOf(code, signal)))
  })
}

/** What a shell would report of an ended process. */
function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0)
}

async function runOrFail(what, command, words) {
  const startedAt = Date.now()
  const stillBusy = setInterval(
    () => say(`  … still ${what} (${Math.round((Date.now() - startedAt) / 1000)} s)`),
    stillBusyMs,
  )
  try {
    const code = await run(command, words)
    if (code !== 0) throw new BootstrapError(`${what} failed (exit code ${code}); its output stands above.`)
  } finally {
    clearInterval(stillBusy)
  }
}

const lockFile = join(root, 'package-lock.json')
const installedFile = join(root, 'node_modules', '.package-lock.json')
const stampFile = join(root, 'node_modules', '.stellacontrol-lock')

/** Installs the npm packages when they are missing or belong to another package-lock.json. */
export async function installPackages() {
  const lock = createHash('sha256').update(readFileSync(lockFile)).digest('hex')
  if (arePackagesCurrent(lock)) return
  say('Installing packages with npm (about a minute the first time) …')
  // No package needs its script: what would run here is other people's code, as whoever installs.
  await runOrFail('installing packages', 'npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'])
  writeFileSync(stampFile, lock)
}

function arePackagesCurrent(lock) {
  if (!existsSync(installedFile)) return false
  if (existsSync(stampFile)) return readFileSync(stampFile, 'utf8') === lock
  return statSync(installedFile).mtimeMs >= statSync(lockFile).mtimeMs
}

/** What runs in an installation, and with it the packages it uses; tests and benches are not among them. */
function productFolders() {
  const services = readdirSync(join(root, 'services')).filter((name) => existsSync(join(root, 'services', name, 'src')))
  return ['cli', 'simulator', ...services.map((name) => join('services', name))]
}

/**
 * Compiles what changed, and packs the dashboard when its sources are newer than its last build.
 * @param {'product' | 'everything'} extent tests and benches too?
 */
export async function build(extent) {
  const typescript = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  if (!existsSync(join(root, 'cli', 'dist', 'main.js'))) say('Building …')
  await runOrFail('compiling', process.execPath, [typescript, '-b', ...(extent === 'product' ? productFolders() : [])])
  if (!isDashboardStale()) return
  say('Packing the dashboard …')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  await runOrFail('packing the dashboard', process.execPath, [
    vite,
    'build',
    '--logLevel',
    'warn',
    join(root, 'dashboard'),
  ])
}

const dashboardSources = ['dashboard', 'packages/protocol']

function isDashboardStale() {
  const page = join(root, 'dashboard', 'dist', 'index.html')
  if (!existsSync(join(root, 'dashboard', 'index.html'))) return false
  if (!existsSync(page)) return true
  const builtAt = statSync(page).mtimeMs
  return dashboardSources.some((folder) => newestChange(join(root, folder)) > builtAt)
}

/** The latest modification time (epoch ms) of any file below a folder, build results apart. */
function newestChange(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !['dist', 'node_modules', 'generated'].includes(name) && !name.startsWith('.'))
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? newestChange(path) : statSync(path).mtimeMs
    })
    .reduce((newest, time) => Math.max(newest, time), 0)
}

/** The programs of other makers that we need, by the Debian package that brings them. */
export const systemPrograms = {
  redis: { package: 'redis-server', anyOf: ['redis-server', 'valkey-server'] },
  mosquitto: { package: 'mosquitto', anyOf: ['mosquitto'] },
  mosquittoClients: { package: 'mosquitto-clients', anyOf: ['mosquitto_pub'] },
  chromium: { package: 'chromium', anyOf: ['chromium', 'chromium-browser', 'google-chrome'] },
}

// An ordinary user's PATH lacks the sbin folders, where Debian puts Mosquitto.
const moreProgramFolders = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin', '/opt/homebrew/sbin']

export function isProgramPresent(name, folders = [...(process.env.PATH ?? '').split(':'), ...moreProgramFolders]) {
  return folders.some((folder) => folder !== '' && existsSync(join(folder, name)))
}

/** The packages that bring what is missing of these programs. */
export function missingPackages(programs, isPresent = isProgramPresent) {
  return programs.filter(({ anyOf }) => !anyOf.some((name) => isPresent(name))).map((program) => program.package)
}

/** Installs missing programs from the system's packages when we may; otherwise throws the command to type. */
export async function ensureSystemPrograms(programs) {
  const packages = missingPackages(programs)
  if (packages.length === 0) return
  const mayInstall = process.getuid?.() === 0 && isProgramPresent('apt-get')
  if (!mayInstall) throw new BootstrapError(`${packages.join(', ')} missing. Type: ${installCommand(packages)}`)
  say(`Installing ${packages.join(', ')} from the system's packages (their own daemons stay off) …`)
  await installSystemPackages(packages, runOrFail)
  const left = missingPackages(programs)
  if (left.length > 0) throw new BootstrapError(`${left.join(', ')} was installed but its program cannot be found.`)
}

/** The exact command a person types; the packages' own daemons would take the ports 6379 and 1883. */
export function installCommand(packages, isPresent = isProgramPresent) {
  if (isPresent('apt-get')) {
    const daemons = packages.filter((name) => name !== 'chromium')
    const quiet = daemons.length === 0 ? '' : ` && sudo systemctl disable --now ${daemons.join(' ')}`
    return `sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}${quiet}`
  }
  const names = packages.map((name) => (name === 'redis-server' ? 'redis' : name)).join(' ')
  if (isPresent('dnf')) return `sudo dnf install -y ${names.replace(/\bredis\b/, 'valkey')}`
  return isPresent('brew') ? `brew install ${names}` : `install these with your package manager: ${names}`
}

/** Runs a file of ours, hands it our signals, and resolves to its exit code. */
export function runProgram(file, words) {
  const child = spawn(process.execPath, [file, ...words], {
    cwd: process.cwd(),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  // A terminal sends Ctrl-C to all of us; whoever signals only this process means the child as well.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const watch = endWithNpm(() => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearInterval(watch)
      resolve(exitCodeOf(code, signal))
    })
  })
}

/** When npm started us and dies of kill -9, nobody hands us a signal: we see that it, or its shell between us, is gone. */
function endWithNpm(end) {
  if (process.env.npm_lifecycle_event === undefined) return undefined
  const parent = process.ppid
  const grandparent = parentOf(parent)
  return setInterval(() => {
    if (process.ppid !== parent || parentOf(parent) !== grandparent) end()
  }, 500)
}

/** The parent of a process; undefined when it is gone, or where there is no /proc. */
function parentOf(pid) {
  try {
    return Number(/\) \S+ (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1])
  } catch {
    return undefined
  }
}

/** Runs the steps of a script; a BootstrapError becomes one line and exit code 1. */
export async function main(steps) {
  try {
    process.exitCode = await steps()
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error
    say(error.message)
    process.exitCode = 1
  }
}
