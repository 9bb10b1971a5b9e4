import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings, launchBrowser, openVisit, type Screen, sidewaysScroll, type Theme } from './browser.ts'
import { type ContractServer, startContractServer } from './contract-server.ts'

let server: ContractServer
let browser: Browser

beforeAll(async () => {
  server = await startContractServer()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Work e-mail').fill(server.credentials.email)
  await page.getByLabel('Password', { exact: true }).fill(server.credentials.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const serialWithFinding = () => server.fleet.devices[2]?.serial ?? ''
const serialOfSilent = () => server.fleet.devices[23]?.serial ?? ''

const looks: [Theme, Screen][] = [
  ['light', 'desktop'],
  ['dark', 'desktop'],
  ['light', 'phone'],
  ['dark', 'phone'],
]

describe.each(looks)('in the %s theme on a %s', (theme, screen) => {
  it('the three screens are accessible, stay inside the screen, and nothing leaves the page', async () => {
    const { context, page, errors, foreign } = await openVisit(browser, server.url, screen, theme)
    const check = async (name: string) => {
      expect(await axeFindings(page), `${name}: axe`).toEqual([])
      expect(await sidewaysScroll(page), `${name}: pixels wider than the screen`).toBe(0)
    }

    await page.goto('/')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await check('sign-in')

    await signIn(page)
    await page.locator('[data-row-link]').first().waitFor()
    await page.getByRole('link', { name: '200 boosters' }).waitFor()
    await check('fleet')

    await page.goto(`/devices/${serialWithFinding()}`)
    await page.getByRole('heading', { name: /less gain than it is set to/ }).waitFor()
    await page.locator('.canvas canvas').first().waitFor()
    await check('device')

    await page.goto(`/devices/${serialOfSilent()}`)
    await page.getByRole('heading', { name: /No report for/ }).waitFor()
    await check('silent device')

    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await context.close()
  })
})
