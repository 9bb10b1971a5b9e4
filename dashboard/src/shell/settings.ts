/** What this browser remembers for its reader. Storage can be forbidden or full; the page then only forgets. */
type Setting = 'theme' | 'single-keys'

export function readSetting(name: Setting): string | undefined {
  try {
    return localStorage.getItem(`stellacontrol.${name}`) ?? undefined
  } catch {
    return undefined
  }
}

export function writeSetting(name: Setting, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`stellacontrol.${name}`)
    else localStorage.setItem(`stellacontrol.${name}`, value)
  } catch {
    // See above: the choice holds until the page is closed.
  }
}
