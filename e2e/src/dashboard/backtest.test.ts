import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { allScreens, launchBrowser, openVisit, pageFindings, signIn as signInAt, type Visit } from './browser.ts'
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
  visit = await openVisit(browser, server.url, 'desktop')
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
  const { backtests } = server.registry.rules
  await signIn(hot)
  backtests.hold()
  await button('Run').click()
  await says(/^50 %, up to .* reports, \d firings so far$/)
  expect(await card().getByRole('progressbar').getAttribute('value')).toBe('0.5')
  expect(await pageFindings(page, 'backtest-running')).toEqual([])
  backtests.letGo()
  await says('Would have fired 14 times on 6 boosters in 30 days.')
  await says('Of 3 incidents that somebody acted on none is missed.')
  expect(await rows().count()).toBe(8)
  await button('Show 6 more').click()
  expect(await rows().count()).toBe(14)

  const two = button(/^2 firings with hold 2 h ?, misses 1 incident somebody acted on$/)
  await two.click()
  expect(await two.getAttribute('aria-pressed')).toBe('true')
  await says('Would have fired 14 times on 6 boosters in 30 days. With hold 2 h: 2.')
  await says('Of 3 incidents that somebody acted on 1 is missed.')
  expect(await rows().allTextContents()).toEqual([
    expect.stringMatching(/86\.4 °C18 hstill on, acted on/),
    expect.stringMatching(/83\.1 °C2 hacted on/),
  ])
  const lanes = card().getByRole('region', { name: 'By booster' }).getByRole('listitem')
  expect(await lanes.first().textContent()).toContain('4 firings →, with hold 2 h 1')
  expect(await lanes.first().locator('i').count()).toBe(4)
  expect(await lanes.first().locator('i.k').count()).toBe(1)

  await button('7 days').click()
  await button('Run again').click()
  await says('Would have fired 3 times on 3 boosters in 7 days.')
})

it('the draft is what is run, and a result of another draft says so', async () => {
  await signIn(hot)
  await button('Run').click()
  await says(/^Would have fired 14 times/)
  const threshold = page.getByLabel('Raised at, severity 1')
  await threshold.fill('82')
  await says(/^The rule was changed since/)
  await button('Run again').click()
  await says(/^Would have fired 2 times/)
  expect(
    await card()
      .getByText(/^The rule was changed since/)
      .count(),
  ).toBe(0)
  await threshold.fill('90')
  await button('Run again').click()
  await says(/^Would not have fired in 30 days/)
  expect(server.registry.rules.overrides, 'nothing is saved').toEqual([])
})

it('it is given up, refused, cut off or without reports, and says so', async () => {
  const { backtests } = server.registry.rules
  await signIn(hot)
  backtests.hold()
  await button('Run').click()
  await says(/^50 %/)
  const other = await visit.context.newPage()
  await other.goto(hot)
  await button('Run', other).click()
  await card(other).getByText('one at a time').waitFor()
  await other.close()
  await button('Cancel').click()
  await card().getByRole('progressbar').waitFor({ state: 'detached' })
  expect(await button('Run').evaluate((element) => element === document.activeElement)).toBe(true)
  expect(await card().getByRole('alert').textContent()).toBe('')
  await expect.poll(() => backtests.givenUp).toBe(1)

  backtests.letGo()
  backtests.failure = { code: 'database-unavailable', detail: 'PostgreSQL is away' }
  await button('Run').click()
  await card().getByRole('alert').getByText('The past cannot be reached just now').waitFor()
  expect(await pageFindings(page, 'backtest-failed')).toEqual([])
  backtests.failure = undefined
  backtests.reporting = 0
  await button('Run').click()
  await says('No reports in 30 days.')
  await page.goto('/alerts/rules?rule=door-open')
  await button('Run').click()
  await says('This rule cannot be run over the past: history does not keep “Door open”.')
})

it.each(allScreens)('on a %s it is accessible and inside the screen', async (screen) => {
  const look = await openVisit(browser, server.url, screen)
  await signInAt(look.page, hot, server.credentials)
  await button('Run', look.page).click()
  await button(/with hold 2 h/, look.page).click()
  await card(look.page).getByText('With hold 2 h: 2.').waitFor()
  expect(await pageFindings(look.page, 'backtest-result')).toEqual([])
  expect(look.errors).toEqual([])
  expect(look.foreign).toEqual([])
  await look.context.close()
})
