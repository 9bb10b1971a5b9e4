import { existsSync } from 'node:fs'

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser to test with: CHROMIUM_PATH, else the system's. */
export function chromiumPath(): string {
  const path = process.env.CHROMIUM_PATH ?? usualPlaces.find((place) => existsSync(place))
  if (path === undefined) throw new Error('no Chromium found: install it or set CHROMIUM_PATH')
  return path
}

export interface Target {
  url: string
  credentials: { email: string; password: string }
}

/** A running installation to look at instead of the made-up fleet: STELLA_PAGE_URL, STELLA_PAGE_EMAIL, STELLA_PAGE_PASSWORD. */
export function configuredTarget(): Target | undefined {
  const { STELLA_PAGE_URL: url, STELLA_PAGE_EMAIL: email, STELLA_PAGE_PASSWORD: password } = process.env
  if (url === undefined) return undefined
  if (email === undefined || password === undefined) {
    throw new Error('STELLA_PAGE_URL needs STELLA_PAGE_EMAIL and STELLA_PAGE_PASSWORD')
  }
  return { url, credentials: { email, password } }
}
