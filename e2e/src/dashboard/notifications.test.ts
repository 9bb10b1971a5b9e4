import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  allScreens,
  choose,
  launchBrowser,
  openVisit,
  pageFindings,
  signIn as signInAt,
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
  visit = await openVisit(browser, server.url, 'desktop')
  page = visit.page
})
afterEach(async () => {
  expect(visit.foreign).toEqual([])
  await visit.context.close()
  await server.close()
})

const signIn = (path: string, at = page) => signInAt(at, path, server.credentials)
const meaning = () => page.getByRole('region', { name: 'What this means' })
const saved = () => server.registry.notifications.preferences
/** Errors beside those by which the browser itself tells of a refused request. */
const ownErrors = () => visit.errors.filter((error) => !error.includes('the server responded with a status of 400'))

async function save(): Promise<void> {
  await page.getByRole('button', { name: 'Save choices' }).click()
}

describe('what one is told', () => {
  it('is said in plain words while it is chosen, and kept', async () => {
    await signIn('/account')
    await page.getByRole('link', { name: 'Notifications' }).click()
    await meaning().getByText('Critical and major alerts within half a minute by e-mail').waitFor()
    await meaning().getByText('You have not chosen yet').waitFor()
    await page.getByLabel('How bad it must be').selectOption('minor')
    await page.getByLabel('Radio quality').check()
    await choose(page.getByRole('combobox', { name: 'Rules beside them' }), 'Device offline')
    await choose(page.getByRole('combobox', { name: 'Organisations, with all below them' }), 'Harbour Health Trust')
    await choose(page.getByRole('combobox', { name: 'Sites beside them' }), 'Mercy')
    await meaning()
      .getByText(/Only about radio quality and “Device offline”, and only at Harbour Health Trust/)
      .waitFor()
    await page.getByLabel('Everything else').selectOption('daily')
    await page.getByLabel('At', { exact: true }).fill('07:15')
    await page.getByLabel('Time zone').fill('Europe/Brussels')
    await page.getByLabel('Quiet hours').check()
    await page.getByLabel('Until', { exact: true }).fill('06:30')
    await meaning().getByText('minor alerts at 07:15 each day (Europe/Brussels); nothing milder').waitFor()
    await meaning().getByText('From 22:00 until 06:30').waitFor()
    await page.getByLabel(/^Remind me/).uncheck()
    await page.getByLabel(/^The report of the month/).check()
    await page.getByLabel('At most so many messages a day').fill('20')
    await page.getByText('Not saved yet', { exact: true }).waitFor()
    await save()
    await page.getByText('Saved. It holds from now on.').waitFor()
    expect(saved()).toMatchObject({
      ...{ leastSeverity: 'minor', classes: ['quality'], rules: ['device-offline'], frequency: 'daily' },
      ...{ dailyAt: '07:15', timeZone: 'Europe/Brussels', reminders: 'never', monthlyReport: true, dailyCap: 20 },
      quietHours: { from: '22:00', to: '06:30', holdCritical: false },
    })
    expect([saved()?.organisations.length, saved()?.sites.length]).toEqual([1, 1])
    await page.getByRole('button', { name: 'Harbour Health Trust Remove' }).click()
    await save()
    await page.getByText('Saved. It holds from now on.').waitFor()
    expect(saved()?.organisations).toEqual([])
    await page.reload()
    await meaning()
      .getByText(/Only about radio quality and “Device offline”, and only at Mercy/)
      .waitFor()
    expect(ownErrors()).toEqual([])
  })

  it('is refused at the field that is wrong, and a number is read as people write it', async () => {
    await signIn('/account/notifications')
    await page.getByLabel('Text message', { exact: true }).check()
    await page.getByLabel('Phone').fill('02 555 01 00')
    await page.getByLabel('Time zone').fill('Brussels')
    await save()
    const bad = page.locator('.field.bad')
    await bad.filter({ hasText: 'Expected an international number such as +3225550100.' }).waitFor()
    await bad.filter({ hasText: 'Not an IANA time zone such as Europe/Brussels.' }).waitFor()
    expect(await page.getByLabel('Phone').evaluate((field) => field === document.activeElement)).toBe(true)
    expect(saved()).toBeUndefined()
    expect(await pageFindings(page, 'notifications-refused')).toEqual([])
    await page.getByLabel('Phone').fill('0032 2 555-01 00')
    await page.getByLabel('Time zone').fill('Europe/Brussels')
    await save()
    await page.getByText('Saved. It holds from now on.').waitFor()
    expect(saved()).toMatchObject({ sms: true, phone: '+3225550100', timeZone: 'Europe/Brussels' })
    expect(ownErrors()).toEqual([])
  })

  it('is proven by a test, whose outcome is shown, also of an address that was given up', async () => {
    server.registry.notifications.emailProblem = '550 no such user'
    await signIn('/account/notifications')
    const test = page.getByRole('region', { name: 'Test' })
    await test.getByText('The mail server said: 550 no such user').waitFor()
    await test.getByRole('button', { name: 'Send a test' }).click()
    await test.getByRole('status').getByText('Sent', { exact: true }).waitFor()
    await test.getByText('550 no such user').waitFor({ state: 'detached' })
    server.registry.notifications.testOutcome = 'failed'
    await test.getByRole('button', { name: 'Send a test' }).click()
    await test.getByText('Not sent: 451 try again later').waitFor()
    const messages = page.getByRole('region', { name: 'Messages to you' })
    expect(await messages.getByRole('listitem').count()).toBe(10)
    await messages.getByRole('button', { name: 'Show 4 older ones' }).click()
    expect(await messages.getByRole('listitem').count()).toBe(14)
    expect(await messages.getByRole('listitem').first().textContent()).toContain('A test from StellaControl')
  })
})

describe('the outbox', () => {
  const mails = () => page.getByRole('region', { name: 'Outbox' }).locator('summary')

  it('is read page by page and by kind, which stands in the address', async () => {
    await signIn('/administration/outbox')
    await mails().first().waitFor()
    expect(await mails().count()).toBe(50)
    await page.getByRole('button', { name: 'Show older' }).click()
    await page.getByRole('button', { name: 'Show older' }).waitFor({ state: 'detached' })
    expect(await mails().count()).toBe(60)
    await page.getByLabel('Kind').selectOption('sms')
    await page.waitForURL('**/administration/outbox?kind=sms')
    await page.waitForFunction(() => document.querySelectorAll('.mails summary').length === 15)
    await mails().first().click()
    await page.locator('.bubble').getByText('F1: Fan failed +1 more').waitFor()
  })

  it('shows a mail as its reader sees it, whose scripts do not run', async () => {
    await signIn('/administration/outbox?kind=alerts')
    await mails().first().click()
    const frame = page.frameLocator('iframe[title^="The mail: 2 alerts"]')
    await frame.getByText('CRITICAL F1: Fan failed').waitFor()
    expect(await frame.getByRole('listitem').count(), 'a script would have replaced them').toBe(2)
    expect(await frame.locator('h2').evaluate((heading) => getComputedStyle(heading).fontSize)).toBe('16px')
    expect(visit.errors.filter((error) => !/script/.test(error))).toEqual([])
    await page.getByRole('button', { name: 'As text' }).click()
    await page.getByText('look at the fan').waitFor()
    expect(await page.locator('iframe').count()).toBe(0)
  })
})

describe('the monthly report', () => {
  const figure = (name: string): Locator => page.locator('.figures > div').filter({ hasText: name })

  it('is of the organisation and month in the address, compared with the month before', async () => {
    await signIn('/alerts/report?organisation=12&month=2025-03')
    const name = server.registry.referenceOf(12).name
    await page
      .getByRole('heading', { name: `${name} was heard 99.97 % of March 2025; 13 alerts were raised.` })
      .waitFor()
    await figure('Availability').getByText('99.98 % in February 2025').waitFor()
    await figure('Acknowledged within').getByText('14 min', { exact: true }).waitFor()
    const bySeverity = page.getByRole('region', { name: 'Alerts by severity' })
    expect(await bySeverity.getByRole('listitem').first().textContent()).toMatch(/Critical.*1.*before: 1/)
    await page.getByRole('button', { name: 'The month before' }).click()
    await page.waitForURL('**organisation=12&month=2025-02')
    await page.getByRole('heading', { name: /of February 2025/ }).waitFor()
    await page.getByLabel('Month', { exact: true }).selectOption({ label: 'March 2025' })
    await page.waitForURL('**month=2025-03')
    await choose(page.getByRole('combobox', { name: 'Organisation' }), 'Harbour Health Trust')
    await page.getByRole('heading', { name: /^Harbour Health Trust was heard/ }).waitFor()
    expect(await page.getByRole('link', { name: 'Save as CSV' }).getAttribute('href')).toMatch(
      /^\/v1\/reports\/monthly\.csv\?organisation=\d+&month=2025-03$/,
    )
    expect(visit.errors).toEqual([])
  })

  it('without an address it is of the last month, and of somebody who has boosters; printed it is only the report', async () => {
    await signIn('/alerts/report')
    const last = new Date()
    last.setUTCDate(0)
    const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(last)
    await page.getByRole('heading', { name: new RegExp(`was heard .* of ${month}; `) }).waitFor()
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.rail').isVisible()).toBe(false)
    expect(await page.locator('.report-controls').isVisible()).toBe(false)
    expect(await page.locator('.figures').isVisible()).toBe(true)
    await page.emulateMedia({ media: 'screen' })
    await page.getByRole('button', { name: 'Switch to dark theme' }).click()
    const themeAfter = (event: string) =>
      page.evaluate((name) => {
        window.dispatchEvent(new Event(name))
        return document.documentElement.dataset.theme
      }, event)
    expect(await themeAfter('beforeprint'), 'paper is white').toBe('light')
    expect(await themeAfter('afterprint')).toBe('dark')
  })

  it('of an organisation without boosters, and of one that is not there, says so', async () => {
    await signIn('/alerts/report?organisation=2&month=2025-03')
    await page.getByRole('heading', { name: 'Harbour Resale had no boosters in March 2025.' }).waitFor()
    await page.goto('/alerts/report?organisation=9999&month=2025-03')
    await page.getByText('Could not load the report').waitFor()
  })
})

it.each(allScreens)('on a %s the pages are accessible and stay inside the screen', async (screen) => {
  const { context, page: look, errors, foreign } = await openVisit(browser, server.url, screen)
  server.registry.notifications.emailProblem = '550 5.1.1 no such user here'
  const check = async (name: string) => {
    expect(await pageFindings(look, name)).toEqual([])
  }
  await signIn('/account/notifications', look)
  await look.getByText('Not sent: 550').waitFor()
  await look.getByLabel('Text message', { exact: true }).check()
  await look.getByLabel('Quiet hours').check()
  await look.getByLabel('Radio quality').check()
  await choose(look.getByRole('combobox', { name: 'Rules beside them' }), 'Device offline')
  await choose(look.getByRole('combobox', { name: 'Sites beside them' }), 'Mercy')
  await check('notifications')
  await look.goto('/administration/outbox?kind=alerts')
  await look.locator('.mails summary').first().click()
  await look.frameLocator('iframe').getByText('CRITICAL F1: Fan failed').waitFor()
  await check('outbox')
  await look.goto('/administration/outbox?kind=sms')
  await look.locator('.mails summary').first().click()
  await check('outbox-sms')
  await look.goto('/alerts/report?organisation=12&month=2025-03')
  await look.locator('.figures').getByText('in February 2025').first().waitFor()
  await check('report')
  expect(errors.filter((error) => !/script/.test(error))).toEqual([])
  expect(foreign).toEqual([])
  await context.close()
})
