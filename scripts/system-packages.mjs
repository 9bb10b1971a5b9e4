/** Debian and Ubuntu packages, installed as root without letting them start their daemons. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'

const policyFile = '/usr/sbin/policy-rc.d'
const aside = `${policyFile}.stellacontrol-aside`

/** invoke-rc.d and deb-systemd-invoke ask this script; 101 means "not allowed". */
const refuseEverything = '#!/bin/sh\nexit 101\n'

/** @param runOrFail runs a program and throws when it fails */
export async function installSystemPackages(packages, runOrFail) {
  process.env.DEBIAN_FRONTEND = 'noninteractive'
  const restore = refuseDaemons()
  process.once('exit', restore)
  try {
    await runOrFail('reading the package lists', 'apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', 'update'])
    await runOrFail(`installing ${packages.join(', ')}`, 'apt-get', [
      ...['-qq', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Dpkg::Use-Pty=0'],
      ...['install', '-y', '--no-install-recommends', ...packages],
    ])
  } finally {
    restore()
    process.off('exit', restore)
  }
  keepOffAfterReboot(packages)
}

/** Refuses daemons, and returns what puts back whatever policy there was. Also repairs what a killed run left aside. */
export function refuseDaemons(file = policyFile, asideFile = aside) {
  if (existsSync(asideFile)) renameSync(asideFile, file)
  const hadPolicy = existsSync(file)
  if (hadPolicy) renameSync(file, asideFile)
  writeFileSync(file, refuseEverything)
  chmodSync(file, 0o755)
  let restored = false
  return () => {
    if (restored) return
    restored = true
    if (hadPolicy) renameSync(asideFile, file)
    else rmSync(file, { force: true })
  }
}

/** Debian enables a package's units at installation; those we just brought must not take 6379 and 1883 at the next boot. */
function keepOffAfterReboot(packages) {
  for (const name of packages) spawnSync('systemctl', ['disable', `${name}.service`], { stdio: 'ignore' })
}
