import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  axeFindings,
  launchBrowser,
  openVisit,
  type Screen,
  sidewaysScroll,
  signIn as signInAt,
  type Theme,
  type Visit,
} from './browser.ts'
import { type ContractServer, startContractServer } from './contract-server.ts'

let server: ContractServer
let browser: Browser
let visit: Visit
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => await browser?.close())
beforeEach(async () => {
  server = await startContractServer()
  visit = await openVisit(browser, server.url, 'desktop', 'light')
  page = visit.page
})
afterEach(async () => {
  expect(visit.foreign).toEqual([])
  await visit.context.close()
  await server.close()
})

const hot = '/alerts/rules?rule=temperature-exceeded&organisation=1'
const signIn = (path: string) => signInAt(page, path, server.credentials)
const card = (at = page) => at.getByRole('region', { name: 'Backtest' })
const button = (name: string | RegExp, at = page) => card(at).getByRole('button', { name })
const says = (text: string | RegExp) => card().getByText(text).waitFor()
const rows = () => card().getByRole('region', { name: 'Firings' }).locator('tbody tr')

it('a rule is run over the past; a hold that is chosen shows what stays, what goes and what it misses', async () => {
  await signIn(hot)
  await button('Run').click()
  await says('Would have fired 14 times on 6 boosters in 30 days.')
  await says('Of 3 incidents that somebody acted on none is missed.')
  await says(/^Would/)
  expect(await rows().count()).toBe(8)
  await button('Show 6 more').click()
  expect(await rows().count()).toBe(14)
})

const looks: [Theme, Screen][] = [
  ['light', 'desktop'],
  ['dark', 'desktop'],
  ['light', 'phone'],
  ['dark', 'phone'],
]
it.each(looks)('in the %s theme on a %s it is accessible and inside the screen', async (theme, screen) => {
  const look = await openVisit(browser, server.url, screen, theme)
  const check = async (name: string) => {
    expect(await axeFindings(look.page), `${name}: axe`).toEqual([])
    expect(await sidewaysScroll(look.page), `${name}: pixels wider than the screen`).toBe(0)
    const folder = process.env.SCREENSHOTS
    if (folder === undefined) return
    await card(look.page).scrollIntoViewIfNeeded()
    await look.page.screenshot({ path: `${folder}/backtest-${name}-${theme}-${screen}.png` })
    await card(look.page).screenshot({ path: `${folder}/backtest-${name}-${theme}-${screen}-card.png` })
  }
  server.registry.rules.backtests.hold()
  await signInAt(look.page, hot, server.credentials)
  await button('Run', look.page).click()
  await card(look.page).getByText('50 %').waitFor()
  await check('running')
  server.registry.rules.backtests.letGo()
  await button(/with 2 h/, look.page).click()
  await card(look.page).getByText('With hold 2 h: 2.').waitFor()
  await check('result')
  expect(look.errors).toEqual([])
  expect(look.foreign).toEqual([])
  await look.context.close()
})
