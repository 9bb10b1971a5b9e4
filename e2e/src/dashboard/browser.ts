/// <reference lib="dom" />
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { chromiumPath } from './config.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** A real Chromium that talks to nobody by itself. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  })
}

/** Signs in at a path and waits for the page behind it. */
export async function signIn(page: Page, path: string, person: { email: string; password: string }): Promise<void> {
  await page.goto(path)
  await page.getByLabel('Work e-mail').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.rail').waitFor()
}

/** Chooses in a combobox what a search finds first. */
export async function choose(field: Locator, text: string): Promise<void> {
  await field.fill(text)
  await field.page().getByRole('option', { name: text }).first().click()
}

const screens = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const
export type Screen = keyof typeof screens
export const allScreens = Object.keys(screens) as Screen[]
export type Theme = 'light' | 'dark'

export interface Visit {
  context: BrowserContext
  page: Page
  /** Errors on the console and requests that left the page's origin: both must stay empty. */
  errors: string[]
  foreign: string[]
}

/** A fresh browser profile on one screen, its system's theme light or as said, with everything written down that must not happen. */
export async function openVisit(
  browser: Browser,
  baseUrl: string,
  screen: Screen,
  theme: Theme = 'light',
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: baseUrl,
    viewport: screens[screen],
    colorScheme: theme,
    hasTouch: screen === 'phone',
    isMobile: screen === 'phone',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const errors: string[] = []
  const foreign: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    // Asking who is signed in is answered with 401 when nobody is; the browser reports that as an error by itself.
    const isSessionQuestion = message.location().url.endsWith('/v1/session') && message.text().includes('401')
    if (message.type() === 'error' && !isSessionQuestion) errors.push(message.text())
  })
  const origin = new URL(baseUrl).host
  page.on('request', (request) => {
    if (new URL(request.url()).host !== origin) foreign.push(request.url())
  })
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== origin) foreign.push(socket.url())
  })
  return { context, page, errors, foreign }
}

/**
 * What is wrong with a page as it stands, one line each: the findings of axe (WCAG 2.2 A and AA, best practice), colours also in
 * the other theme, and whether it is wider than its screen. Where SCREENSHOTS names a folder, both themes are kept there.
 *
 * @param name what the page shows, for the file's name and the findings
 */
export async function pageFindings(page: Page, name: string): Promise<string[]> {
  const findings: string[] = []
  const themes: Theme[] = (await isDark(page)) ? ['dark', 'light'] : ['light', 'dark']
  for (const [index, theme] of themes.entries()) {
    if (index > 0) await page.emulateMedia({ colorScheme: theme })
    // A theme changes nothing but colours.
    findings.push(
      ...(await axeFindings(page, index > 0 ? ['color-contrast'] : undefined)).map((one) => `${theme}: ${one}`),
    )
    await keepScreenshot(page, `${name}-${theme}`)
  }
  await page.emulateMedia({ colorScheme: themes[0] ?? null })
  const wider = await sidewaysScroll(page)
  if (wider > 0) findings.push(`${wider} pixels wider than the screen`)
  return findings.map((finding) => `${name}: ${finding}`)
}

function isDark(page: Page): Promise<boolean> {
  return page.evaluate(() => window.matchMedia('(prefers-color-scheme: dark)').matches)
}

async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder === undefined) return
  const width = page.viewportSize()?.width
  await page.screenshot({ path: `${folder}/${name.replaceAll(/\W+/g, '-')}-${width}.png`, fullPage: true })
}

/** The findings of axe, one line each; of all of its rules or of some. */
async function axeFindings(page: Page, rules?: string[]): Promise<string[]> {
  await page.evaluate(axeSource)
  const results = await page.evaluate(async (some): Promise<AxeResults> => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<AxeResults> } }
    return await axe.run(some === undefined ? {} : { runOnly: { type: 'rule', values: some } })
  }, rules)
  return results.violations.map((violation) => {
    const places = violation.nodes.slice(0, 3).map((node) => node.target.join(' '))
    return `${violation.id}: ${violation.help} (${violation.nodes.length}): ${places.join(' | ')}`
  })
}

/** By how many pixels the page is wider than the screen; 0 is right. A phone's window is as wide as what it has to show. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => {
    const width = Math.min(window.innerWidth, screen.width)
    return Math.max(0, document.documentElement.scrollWidth - width)
  })
}
