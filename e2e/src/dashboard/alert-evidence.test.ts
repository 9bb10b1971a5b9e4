import type { Incident } from '@stellacontrol/protocol'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allScreens, launchBrowser, openVisit, pageFindings, signIn, type Visit } from './browser.ts'
import { type ContractServer, startContractServer } from './contract-server.ts'
import { naughty } from './made-up-registry.ts'

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

const rows = () => page.locator('.inc')
const pane = () => page.getByRole('complementary', { name: 'Evidence' })
const open = async (path = '/alerts') => {
  await signIn(page, path, server.credentials)
  await rows().first().waitFor()
}
const rowsAre = (amount: number) =>
  page.waitForFunction((wanted) => document.querySelectorAll('.inc').length === wanted, amount)
/** One that is open and as bad as said. */
function first(severity: Incident['severity']): Incident {
  const found = server.registry.alerts.incidents.find((one) => one.severity === severity && one.state === 'open')
  if (found === undefined) throw new Error(`no open incident is ${severity}`)
  return found
}
const rowOf = ({ id }: Incident) => page.locator(`[data-incident="${id}"]`)
const stateOf = (id: string) => server.registry.alerts.incidents.find((one) => one.id === id)?.state

describe('the evidence', () => {
  it('says why, shows the black box and what people changed, and leads to booster and rule', async () => {
    const incident = first('critical')
    server.registry.write('ines@example.com', 'device.changed', 'device', incident.scope, incident.organisation.id)
    await open()
    await rowOf(incident).locator('[data-row-link]').click()
    await page.waitForURL(`**incident=${incident.id}`)
    await pane().getByRole('heading', { name: incident.text }).waitFor()
    const why = pane().getByRole('row', { name: 'Board temperature above 70 °C 76.4 °C met' })
    await why.waitFor()
    await pane().getByRole('row', { name: 'Held for 10 min and 3 reports 12 min met' }).waitFor()
    await pane().locator('.canvas canvas').nth(3).waitFor()
    expect(await pane().locator('.canvas').first().getAttribute('aria-label')).toContain('Board temperature')
    await pane().getByRole('button', { name: 'Show all 6 charts' }).click()
    await pane().locator('.canvas canvas').nth(5).waitFor()
    await pane().getByText('Booster edited').waitFor()
    await pane().getByText('Raised as critical').waitFor()
    expect(await pane().getByRole('link', { name: 'Board temperature high' }).getAttribute('href')).toContain('/rules')
    await pane().getByRole('link', { name: incident.scope }).click()
    const card = page.getByRole('region', { name: 'Open incidents' })
    await card.getByText(incident.text).click()
    await page.waitForURL(`**/alerts?**incident=${incident.id}`)
    await pane().getByRole('heading', { name: incident.text }).waitFor()
  })

  it('folds what an alert explains into it, each within reach and the way back', async () => {
    const parent = server.registry.alerts.incidents.find(({ members }) => members > 0)
    await open(`/alerts?incident=${parent?.id}`)
    const members = pane().getByRole('region', { name: 'Alerts that it explains' })
    await members.getByText('Explains 3 alerts').waitFor()
    await members.getByRole('link', { name: 'No report for 25 min' }).first().click()
    await pane().getByRole('link', { name: 'Another alert explains this one' }).click()
    await members.getByRole('link', { name: 'Show them as a list' }).click()
    await rowsAre(3)
  })

  it('says so when there is no such alert', async () => {
    await open('/alerts?incident=00000000-0000-4000-8000-000000000000')
    await page.getByText('There is no such alert').waitFor()
    await page.getByRole('button', { name: 'Back to the list' }).click()
    await page.getByText('Choose an alert to see its evidence').waitFor()
  })
})

it('can be walked, opened, selected and acknowledged by keyboard alone', async () => {
  await signIn(page, '/', server.credentials)
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.waitForURL('**/alerts')
  await rows().first().waitFor()
  const focused = (index: number) =>
    page.waitForFunction((wanted) => document.activeElement?.closest(`[data-index="${wanted}"]`) !== null, index)
  await page.keyboard.press('j')
  await focused(0)
  await page.keyboard.press('ArrowDown')
  await focused(1)
  await page.keyboard.press('k')
  await focused(0)
  const id = (await rows().first().getAttribute('data-incident')) ?? ''
  await page.keyboard.press('Enter')
  await page.waitForURL(`**incident=${id}`)
  await pane().getByRole('button', { name: 'Acknowledge' }).waitFor()
  await page.keyboard.press('a')
  await pane().getByText('Acknowledged by operator@example.com').waitFor()
  expect(stateOf(id)).toBe('acknowledged')
  await page.keyboard.press('c')
  await page.keyboard.type('I look into it, a and x are letters here')
  expect(await pane().getByRole('textbox', { name: 'Comment' }).inputValue()).toContain('letters')
  await page.keyboard.press('Escape')
  await page.getByText('Choose an alert').waitFor()
  await focused(0)
  await page.keyboard.press('j')
  await focused(1)
  await page.keyboard.press('x')
  await page.getByText('1 selected').waitFor()
  await page.keyboard.press('s')
  await page.getByRole('dialog', { name: 'Shelve 1 alert' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // The second key of a pair is not the page's: nothing is acknowledged.
  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await page.waitForURL('**/account')
  expect(server.registry.alerts.incidents.filter(({ acknowledgedBy }) => acknowledgedBy !== null)).toHaveLength(2)
})

describe.each(allScreens)('on a %s', (screen) => {
  it('list, selection, dialogs and evidence are accessible and stay inside the screen, with names of any kind', async () => {
    for (const incident of server.registry.alerts.incidents.slice(0, 3)) {
      incident.text = naughty
      incident.assignee = { id: 2, name: naughty }
    }
    const here = await openVisit(browser, server.url, screen)
    const at = here.page
    const check = async (name: string) => {
      expect(await pageFindings(at, name)).toEqual([])
    }
    await signIn(at, '/alerts', server.credentials)
    await at.locator('.inc').first().waitFor()
    await at.locator('.cnt').waitFor()
    server.registry.alerts.arrive({ text: 'Something new' }, 40)
    await at.getByText('1 new alert').waitFor()
    await check('list')
    await at
      .getByRole('checkbox', { name: /^Select/ })
      .first()
      .check()
    await at.getByText('1 selected').waitFor()
    await check('selection')
    await at.getByRole('region', { name: 'Selected alerts' }).getByRole('button', { name: 'Shelve' }).click()
    await at.getByLabel('another time').check()
    await check('shelving')
    await at.getByRole('button', { name: 'Cancel' }).click()
    await at.goto('/alerts?state=any')
    await at.locator('.inc [data-row-link]').first().click()
    await at.locator('.pane .canvas canvas').nth(3).waitFor()
    await check('evidence')
    const back = at.getByRole('button', { name: screen === 'phone' ? 'Back to the list' : 'Close', exact: true })
    await back.click()
    await at.locator('.pane header').waitFor({ state: 'detached' })
    expect(await at.locator('.inc').first().isVisible()).toBe(true)
    expect(here.errors).toEqual([])
    await here.context.close()
  })
})

it('whoever comes back from the evidence on a phone finds the list where they left it', async () => {
  const here = await openVisit(browser, server.url, 'phone')
  const at = here.page
  await signIn(at, '/alerts', server.credentials)
  const row = at.locator('.inc').nth(9)
  await row.scrollIntoViewIfNeeded()
  const top = await at.evaluate(() => window.scrollY)
  expect(top).toBeGreaterThan(100)
  const id = await row.getAttribute('data-incident')
  await row.locator('[data-row-link]').tap()
  await at.locator('.pane h2.big').waitFor()
  expect(await at.evaluate(() => window.scrollY)).toBe(0)
  expect(await at.evaluate(() => document.activeElement?.tagName)).toBe('H2')
  await at.getByRole('button', { name: 'Back to the list' }).tap()
  await at.waitForFunction((wanted) => window.scrollY === wanted, top)
  await at.waitForFunction((wanted) => document.activeElement?.closest(`[data-incident="${wanted}"]`) !== null, id)
  await here.context.close()
})
