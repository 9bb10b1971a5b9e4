import type { DeviceList } from '@stellacontrol/protocol'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allScreens, launchBrowser, openVisit, pageFindings, sidewaysScroll } from './browser.ts'
import { configuredTarget, type Target } from './config.ts'
import { type ContractServer, startContractServer } from './contract-server.ts'

let target: Target
let server: ContractServer | undefined
let browser: Browser

beforeAll(async () => {
  const configured = configuredTarget()
  if (configured === undefined) server = await startContractServer()
  const found = configured ?? server
  if (found === undefined) throw new Error('nothing to look at')
  target = found
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Work e-mail').fill(target.credentials.email)
  await page.getByLabel('Password', { exact: true }).fill(target.credentials.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** The first device that a search finds, asked of the API with the page's own session. */
async function findDevice(page: Page, query: string): Promise<string | undefined> {
  const answer = await page.request.get(`/v1/devices?limit=1&${query}`)
  const list = (await answer.json()) as DeviceList
  return list.items[0]?.serial
}

describe.each(allScreens)('on a %s', (screen) => {
  it('the three screens are accessible, stay inside the screen, and nothing leaves the page', async () => {
    const { context, page, errors, foreign } = await openVisit(browser, target.url, screen)
    const check = async (name: string) => {
      expect(await pageFindings(page, name)).toEqual([])
    }

    await page.goto('/')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await check('sign-in')

    await signIn(page)
    await page.locator('[data-row-link]').first().waitFor()
    await page.getByRole('link', { name: /^[\d,]+ boosters$/ }).waitFor()
    await check('fleet')

    await page.goto('/?view=tiles')
    await page.locator('.tile').first().waitFor()
    await check('tiles')

    const withFinding = await findDevice(page, 'severity=critical,major,minor')
    await page.goto(`/devices/${withFinding}`)
    await page.locator('.verdict h2').waitFor()
    await page.locator('.canvas canvas').first().waitFor()
    await check('device with a finding')

    const calm = await findDevice(page, 'severity=normal&presence=online,live')
    await page.goto(`/devices/${calm}?range=7d`)
    await page.getByRole('heading', { name: 'Everything this booster measures is within its limits.' }).waitFor()
    await page.locator('.canvas canvas').first().waitFor()
    await page.getByText('Values as a table').click()
    await check('calm device')

    const silent = await findDevice(page, 'presence=stale,offline')
    if (silent !== undefined) {
      await page.goto(`/devices/${silent}`)
      await page.getByRole('heading', { name: /^No report for/ }).waitFor()
      await check('silent device')
    }

    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await context.close()
  })
})

it('axe sees what it should see: a button without a name is found', async () => {
  const { context, page } = await openVisit(browser, target.url, 'desktop')
  await page.goto('/')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.evaluate(() => document.querySelector('form')?.append(document.createElement('button')))
  expect(await pageFindings(page, 'nameless')).toEqual([expect.stringContaining('nameless: light: button-name')])
  await context.close()
})

it('axe sees what it should see: a colour that cannot be read in the theme that does not show', async () => {
  const { context, page } = await openVisit(browser, target.url, 'desktop', 'dark')
  await page.goto('/')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.evaluate(() => {
    const word = document.createElement('p')
    word.textContent = 'Readable in the dark'
    word.style.color = 'light-dark(#eeeeee, #ffffff)'
    word.style.background = 'light-dark(#ffffff, #000000)'
    word.style.colorScheme = 'light dark'
    document.querySelector('form')?.append(word)
  })
  expect(await pageFindings(page, 'pale')).toEqual([expect.stringContaining('pale: light: color-contrast')])
  await context.close()
})

it.each(allScreens)('what is wider than the screen of a %s is seen', async (size) => {
  const { context, page } = await openVisit(browser, target.url, size)
  await page.goto('/')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.evaluate(() => {
    const wide = document.createElement('div')
    wide.style.cssText = `width: ${screen.width + 40}px; height: 10px`
    document.body.append(wide)
  })
  await page.waitForFunction(() => document.documentElement.scrollWidth >= screen.width + 40)
  expect(await sidewaysScroll(page)).toBeGreaterThanOrEqual(40)
  await context.close()
})
