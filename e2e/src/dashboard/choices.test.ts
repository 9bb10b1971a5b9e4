import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allScreens, launchBrowser, openVisit, pageFindings, signIn, type Visit } from './browser.ts'
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
  addMany()
  visit = await openVisit(browser, server.url, 'desktop')
  page = visit.page
})
afterEach(async () => {
  expect(visit.foreign).toEqual([])
  await visit.context.close()
  await server.close()
})

/** A thousand more customers, and sites and people of the first one. */
function addMany(): void {
  const { registry } = server
  const numbers = Array.from({ length: 1_000 }, (_, index) => String(index).padStart(4, '0'))
  const first = registry.referenceOf(11)
  for (const [index, number] of numbers.entries()) {
    registry.organisations.push({
      ...{
        id: 1_000 + index,
        name: `Many ${number}`,
        kind: 'customer',
        parentId: 2,
        createdAt: '2026-03-02T09:00:00.000Z',
      },
      ...{ devices: 0, people: 0, sites: 0 },
    })
    if (index >= 250) continue
    registry.sites.push({
      ...{
        id: 1_000 + index,
        organisation: first,
        name: `Wing ${number}`,
        kind: 'office',
        timeZone: 'UTC',
        devices: 0,
      },
      ...{ latitude: null, longitude: null, address: `${number} Long Road` },
    })
    const email = `many${number}@example.com`
    registry.people.push(registry.newPerson(1_000 + index, email, `Person ${number}`, 'a password', 11, 'viewer'))
  }
}

const dialog = () => page.getByRole('dialog')
const options = (at = page) => at.locator('.combo-list:popover-open').getByRole('option')
/** The words of the option that a screen reader would read. */
const active = (field: Locator) =>
  field.evaluate((input) => document.getElementById(input.getAttribute('aria-activedescendant') ?? '')?.textContent)

async function openSiteDialog(at: Page): Promise<Locator> {
  await signIn(at, '/administration/sites', server.credentials)
  await at.getByRole('button', { name: 'Add site' }).click()
  return at.getByRole('dialog').getByRole('combobox', { name: 'Organisation' })
}

describe('the choice of an organisation', () => {
  it('is made by keyboard alone, among a thousand', async () => {
    const field = await openSiteDialog(page)
    await dialog().getByLabel('Name').fill('By keyboard')
    await page.keyboard.press('Tab')
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
    expect(await field.getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.press('ArrowDown')
    await options().first().waitFor()
    expect(await options().count()).toBe(30)
    await page.getByText(/\d+ more: type to find them/).waitFor()
    expect(await pageFindings(page, 'choice-open')).toEqual([])
    await page.keyboard.type('many 070')
    await options().filter({ hasText: 'Many 0709' }).waitFor()
    expect(await options().count()).toBe(11)
    expect(await active(field)).toContain('Many 0070')
    expect(await active(field), 'tells equal names apart').toContain('Harbour Resale')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    expect(await active(field)).toContain('Many 0700')
    await page.keyboard.press('Enter')
    expect(await field.inputValue()).toBe('Many 0700')
    expect(await field.getAttribute('aria-expanded')).toBe('false')

    // Escape closes the list and not the dialog, and keeps what was chosen.
    await page.keyboard.type('many 9')
    await page.getByRole('option', { name: 'Many 0009' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await field.inputValue()).toBe('Many 0700')
    expect(await dialog().count()).toBe(1)
    expect(await options().count()).toBe(0)

    await page.keyboard.type('nothing is called this')
    await page.getByText('Nothing matches').waitFor()
    await page.keyboard.press('Enter')
    expect(await dialog().count(), 'nothing was sent').toBe(1)
    await page.keyboard.press('Tab')
    expect(await field.inputValue()).toBe('Many 0700')
    await dialog().getByRole('button', { name: 'Add site' }).press('Enter')
    await dialog().waitFor({ state: 'detached' })
    expect(server.registry.sites.at(-1)).toMatchObject({ name: 'By keyboard', organisation: { name: 'Many 0700' } })
  })

  it('is required where it is, and an empty field chooses nothing', async () => {
    const field = await openSiteDialog(page)
    await dialog().getByLabel('Name').fill('Nowhere')
    await field.fill('many 0007')
    await options().filter({ hasText: 'Many 0007' }).click()
    expect(await field.inputValue()).toBe('Many 0007')
    await field.fill('')
    await page.keyboard.press('Escape')
    await dialog().getByRole('button', { name: 'Add site' }).click()
    expect(await field.evaluate((input) => (input as HTMLInputElement).validity.valueMissing)).toBe(true)
    expect(server.registry.sites.some(({ name }) => name === 'Nowhere')).toBe(false)
  })

  it('of a new owner offers the sites of that owner', async () => {
    await signIn(page, `/devices/${server.fleet.devices[2]?.serial}`, server.credentials)
    await page.getByRole('button', { name: 'Transfer…' }).click()
    expect(await dialog().getByRole('combobox', { name: 'Site there' }).count()).toBe(0)
    await dialog().getByRole('combobox', { name: 'To' }).fill('Harbour Health')
    await options().filter({ hasText: 'Harbour Health Trust' }).click()
    await dialog().getByRole('combobox', { name: 'Site there' }).fill('wing 0249')
    await page.getByRole('option', { name: 'Wing 0249' }).waitFor()
    expect(await options().count()).toBe(1)
    await page.keyboard.press('Enter')
    expect(await dialog().getByRole('combobox', { name: 'Site there' }).inputValue()).toBe('Wing 0249')
  })
})

describe('long lists', () => {
  it('show a page, more when asked, and what a search finds', async () => {
    await signIn(page, '/administration/people?organisation=11', server.credentials)
    const people = page.getByRole('region', { name: 'People' })
    const rows = people.locator('tbody tr')
    await people.getByText('100 of 251').waitFor()
    await people.getByRole('button', { name: 'Show more' }).click()
    await people.getByText('200 of 251').waitFor()
    await people.getByRole('button', { name: 'Show more' }).click()
    await people.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
    expect(await rows.count()).toBe(251)
    await people.getByRole('searchbox', { name: 'Search people' }).fill('PERSON 024')
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="People"] tbody tr').length === 11)
    await people.getByRole('searchbox').fill('nobody at all')
    await people.getByText('Nobody matches').waitFor()

    await page.goto('/administration/organisations')
    await page.getByText(/^100 of 1,0\d\d$/).waitFor()
    await page.getByRole('searchbox', { name: 'Search organisations' }).fill('many 0999')
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="Organisations"] tbody tr').length === 1)
    expect(await page.locator('tbody tr').textContent()).toContain('below Harbour Resale')
    await page.goto('/administration/sites')
    await page.getByRole('searchbox', { name: 'Search sites' }).fill('wing 0123')
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="Sites"] tbody tr').length === 1)
  })
})

it.each(allScreens)('on a %s the open list is accessible and inside the screen', async (screen) => {
  const { context, page: look, errors } = await openVisit(browser, server.url, screen)
  const field = await openSiteDialog(look)
  await (screen === 'phone' ? field.tap() : field.click())
  await options(look).nth(29).waitFor()
  expect(await pageFindings(look, 'choice-list')).toEqual([])
  const box = await look.locator('.combo-list:popover-open').boundingBox()
  const size = look.viewportSize()
  if (box === null || size === null) throw new Error('nothing is open')
  expect(box.x).toBeGreaterThanOrEqual(0)
  expect(box.x + box.width).toBeLessThanOrEqual(size.width)
  expect(box.y + box.height).toBeLessThanOrEqual(size.height)
  const third = options(look).nth(2)
  const name = (await third.evaluate((option) => option.firstChild?.textContent)) ?? ''
  await (screen === 'phone' ? third.tap() : third.click())
  expect(await field.inputValue()).toBe(name)
  expect(errors).toEqual([])
  await context.close()
})
