import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser, openVisit, type Visit } from './browser.ts'
import { type ContractServer, startContractServer } from './contract-server.ts'

let server: ContractServer
let browser: Browser
let visit: Visit
let page: Page

beforeAll(async () => {
  server = await startContractServer()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})
beforeEach(async () => {
  visit = await openVisit(browser, server.url, 'desktop')
  page = visit.page
})
afterEach(async () => {
  expect(visit.foreign).toEqual([])
  await visit.context.close()
})

async function signIn(path = '/'): Promise<void> {
  await page.goto(path)
  await page.getByLabel('Work e-mail').fill(server.credentials.email)
  await page.getByLabel('Password', { exact: true }).fill(server.credentials.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.rail').waitFor()
}

const rows = () => page.locator('tbody tr[data-index]')
const serials = () => page.locator('tbody [data-row-link]').allTextContents()
const focusedRow = () =>
  page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-index]')?.dataset.index)

describe('signing in', () => {
  it('refuses a wrong password with words that say what to do', async () => {
    await page.goto('/')
    await page.getByLabel('Work e-mail').fill(server.credentials.email)
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('E-mail or password is not right').waitFor()
  })

  it('comes back to the page that was asked for, and signing out ends it', async () => {
    const serial = server.fleet.devices[4]?.serial ?? ''
    await signIn(`/devices/${serial}?range=7d`)
    await page.waitForURL(`**/devices/${serial}?range=7d`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.goto(`/devices/${serial}`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })
})

describe('the fleet', () => {
  it('has counts that lead to exactly the rows they counted', async () => {
    await signIn()
    await page.getByRole('region', { name: 'Fleet now' }).getByRole('link', { name: '3 major' }).click()
    await page.waitForURL('**/?severity=major')
    await page.waitForFunction(() => document.querySelectorAll('tbody tr[data-index]').length === 3)
    expect(await page.locator('table').getAttribute('aria-rowcount')).toBe('4')
  })

  it('keeps search and filters in the address, through reload and back', async () => {
    await signIn('/?severity=critical,major')
    await page.keyboard.press('/')
    await page.keyboard.type('hotel')
    await page.waitForURL('**search=hotel**')
    await rows().first().waitFor()
    await page.reload()
    await rows().first().waitFor()
    expect(await page.getByRole('searchbox').inputValue()).toBe('hotel')
    const before = await serials()
    await rows().first().getByRole('link').click()
    await page.waitForURL('**/devices/**')
    await page.locator('.dhead').waitFor()
    await page.keyboard.press('Escape')
    await page.waitForURL('**search=hotel**')
    await rows().first().waitFor()
    expect(await serials()).toEqual(before)
  })

  it('loads page after page, but only rows near the screen exist', async () => {
    await signIn()
    await rows().first().waitFor()
    const table = page.locator('.tw')
    await page.waitForFunction(() => {
      const scroller = document.querySelector('.tw')
      scroller?.scrollTo(0, scroller.scrollHeight)
      return document.querySelector('tr[aria-rowindex="201"]') !== null
    })
    expect(await table.locator('table').getAttribute('aria-rowcount')).toBe('201')
    expect(await rows().count()).toBeLessThan(60)
  })

  it('changes values in place while rows hold still, and moves them only when asked', async () => {
    await signIn()
    await rows().first().waitFor()
    const before = await serials()
    const calm = before[12] ?? ''
    const device = server.fleet.find(calm)
    if (device === undefined) throw new Error(`no device ${calm}`)
    const index = device.index
    device.index = 31
    try {
      await page.getByText('1 update waiting').waitFor()
      expect(await serials()).toEqual(before)
      const row = rows().filter({ hasText: calm })
      expect(await row.getAttribute('class')).toContain('a2')
      await page.getByRole('button', { name: 'Reorder now' }).click()
      await page.waitForFunction(
        (serial) =>
          [...document.querySelectorAll('tbody [data-row-link]')]
            .slice(0, 8)
            .some((link) => link.textContent === serial),
        calm,
      )
      await page.getByText('1 update waiting').waitFor({ state: 'detached' })
    } finally {
      device.index = index
    }
  })

  it('can be walked and opened by keyboard alone', async () => {
    await signIn()
    await rows().first().waitFor()
    await page.keyboard.press('j')
    await page.waitForFunction(() => document.activeElement?.closest('[data-index="0"]') !== null)
    for (let step = 1; step <= 30; step++) {
      await page.keyboard.press('j')
      await page.waitForFunction((index) => document.activeElement?.closest(`[data-index="${index}"]`) !== null, step)
    }
    await page.keyboard.press('k')
    await page.waitForFunction(() => document.activeElement?.closest('[data-index="29"]') !== null)
    expect(await focusedRow()).toBe('29')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/devices/**')
    // Keys of the page are heard once it is there; its code may come later than its address.
    await rows().first().waitFor({ state: 'detached' })
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard and shapes' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await rows().first().waitFor()
  })

  it('says when nothing matches, and clears the filters again', async () => {
    await signIn('/?search=nothing-is-called-this&presence=live')
    await page.getByText('No booster matches').waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Clear 2 filters' }).first().click()
    await rows().first().waitFor()
    expect(new URL(page.url()).search).toBe('')
  })
})

describe('the live feed', () => {
  it('says that values stand still when it is lost, and goes on by itself', async () => {
    await signIn()
    await page.getByText(/^Live, .* behind$/).waitFor()
    server.breakLive()
    try {
      await page.getByText('Reconnecting').waitFor()
      await page.getByText('Live feed lost.').waitFor()
    } finally {
      server.resumeLive()
    }
    await page.getByText(/^Live, .* behind$/).waitFor()
    await page.getByText('Live feed lost.').waitFor({ state: 'detached' })
  })
})

describe('the device page', () => {
  it('lets charts grow while it is open', async () => {
    await signIn(`/devices/${server.fleet.devices[2]?.serial}?range=1h`)
    const chart = page.locator('.canvas').first()
    await chart.waitFor()
    const before = await chart.getAttribute('aria-label')
    await page.waitForFunction(
      (label) => document.querySelector('.canvas')?.getAttribute('aria-label') !== label,
      before,
    )
    await page.getByText('Values as a table').click()
    await page.getByRole('columnheader', { name: 'Isolation margin, dB' }).waitFor()
  })

  it('keeps the time range in the address, and keys change it', async () => {
    await signIn(`/devices/${server.fleet.devices[2]?.serial}`)
    await page.locator('.canvas').first().waitFor()
    await page.keyboard.press(']')
    await page.waitForURL('**range=7d')
    expect(await page.getByRole('button', { name: '7 d', exact: true }).getAttribute('aria-pressed')).toBe('true')
  })

  it('says so when there is no such booster', async () => {
    await signIn('/devices/HN-NOT-THERE')
    await page.getByText('There is no booster HN-NOT-THERE').waitFor()
  })
})

it('the choice of theme holds after a reload', async () => {
  await signIn()
  await page.getByRole('button', { name: 'Switch to dark theme' }).click()
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  const dark = await background()
  await page.reload()
  await page.locator('.rail').waitFor()
  expect(await background()).toBe(dark)
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
})
