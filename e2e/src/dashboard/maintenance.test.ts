import type { MaintenanceWindow } from '@stellacontrol/protocol'
import type { Browser, Page } from 'playwright-core'
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

const hourMs = 3_600_000
const signIn = (path: string) => signInAt(page, path, server.credentials)
const dialog = () => page.getByRole('dialog')
const rows = (group: string) => page.getByRole('region', { name: group }).locator('tbody tr')
const inHours = (hours: number) => new Date(Date.now() + hours * hourMs).toISOString()

function planned(changes: Partial<MaintenanceWindow>): void {
  const { registry } = server
  registry.windows.push({
    ...{ id: registry.windows.length + 1, organisation: registry.referenceOf(11), site: null, device: null },
    ...{ startsAt: inHours(-1), endsAt: inHours(1), repeats: 'never', repeatsUntil: null, timeZone: 'UTC' },
    ...{ reason: 'New roof', createdBy: 'operator@example.com', createdAt: inHours(-9), state: 'planned' },
    ...changes,
  })
}

it('a window is planned for a site in its zone, refused where it is wrong, and ended', async () => {
  await signIn('/alerts/maintenance')
  await page.getByText('No maintenance is planned').waitFor()
  await page.getByRole('button', { name: 'Plan maintenance' }).click()
  await dialog().getByRole('combobox', { name: 'For', exact: true }).selectOption('site')
  await choose(dialog().getByRole('combobox', { name: 'Organisation' }), 'Harbour Health Trust')
  await choose(dialog().getByRole('combobox', { name: 'Site' }), 'Mercy Harbour Hospital')
  await dialog().getByLabel('Time zone').fill('America/New_York')
  await dialog().getByLabel('From').fill('2026-07-01T22:00')
  await dialog().getByLabel('Until').fill('2026-07-01T21:00')
  await dialog().getByLabel('Reason').fill('Lift works')
  await dialog().getByRole('button', { name: 'Plan maintenance' }).click()
  await dialog().getByText('Is not after the beginning.').waitFor()
  const until = dialog().getByLabel('Until')
  expect(await until.evaluate((input) => input === document.activeElement)).toBe(true)
  expect(server.registry.windows).toEqual([])

  await until.fill('2126-07-02T01:30')
  await dialog().getByLabel('Again').selectOption('weekly')
  await dialog().getByLabel('Last day').fill('2126-12-24')
  await dialog().getByRole('button', { name: 'Plan maintenance' }).click()
  await dialog().waitFor({ state: 'detached' })
  expect(server.registry.windows).toMatchObject([
    {
      ...{ startsAt: '2026-07-02T02:00:00.000Z', endsAt: '2126-07-02T05:30:00.000Z', repeats: 'weekly' },
      ...{ repeatsUntil: '2126-12-25T05:00:00.000Z', timeZone: 'America/New_York', reason: 'Lift works' },
      ...{ organisation: { id: 11 }, site: { id: 1 }, device: null },
    },
  ])
  const row = rows('Running now')
  expect(await row.textContent()).toContain('America/New_York')
  expect(await row.textContent()).toContain('by your clock')
  await row.getByRole('button', { name: 'End now… maintenance of Mercy Harbour Hospital' }).click()
  await dialog().getByRole('button', { name: 'End it now' }).click()
  await rows('Past').getByText('Lift works').waitFor()
})

it('a window that comes is changed and deleted; a past one is left alone', async () => {
  planned({ startsAt: inHours(5), endsAt: inHours(6) })
  planned({ startsAt: inHours(-6), endsAt: inHours(-5), reason: 'Old roof' })
  await signIn('/alerts/maintenance')
  await rows('Past').getByText('Old roof').waitFor()
  expect(await rows('Past').getByRole('button').count()).toBe(0)
  const [before] = server.registry.windows
  await rows('Coming').getByRole('button', { name: 'Change' }).click()
  await dialog().getByText('For Harbour Health Trust').waitFor()
  await dialog().getByLabel('Reason').fill('A better roof')
  await dialog().getByRole('button', { name: 'Save maintenance' }).click()
  await rows('Coming').getByText('A better roof').waitFor()
  const [after] = server.registry.windows
  const toMinute = (iso = '') => iso.slice(0, 16)
  expect(toMinute(after?.startsAt)).toBe(toMinute(before?.startsAt))
  await rows('Coming').getByRole('button', { name: 'Delete…' }).click()
  await dialog().getByRole('button', { name: 'Delete window' }).click()
  await page.getByRole('region', { name: 'Coming' }).waitFor({ state: 'detached' })
  expect(server.registry.windows.map(({ reason }) => reason)).toEqual(['Old roof'])
})

it('a booster is muted on its own page, by keyboard alone, and its rules are a click away', async () => {
  const serial = server.fleet.devices[0]?.serial ?? ''
  await signIn(`/devices/${serial}`)
  await page.getByRole('button', { name: 'Mute for maintenance…' }).press('Enter')
  await dialog().waitFor()
  expect(await dialog().getByRole('combobox', { name: 'Booster' }).inputValue()).toBe('Ward 3 East riser')
  await dialog().getByLabel('Reason').focus()
  await page.keyboard.type('Exchange of the fan')
  await page.keyboard.press('Enter')
  await dialog().waitFor({ state: 'detached' })
  expect(server.registry.windows).toMatchObject([
    { device: { serial }, timeZone: 'Europe/London', reason: 'Exchange of the fan', state: 'planned' },
  ])
  const [window] = server.registry.windows
  expect(Date.parse(window?.endsAt ?? '') - Date.parse(window?.startsAt ?? '')).toBe(2 * hourMs)
  await page.getByRole('link', { name: 'Alert rules' }).click()
  await page.getByRole('button', { name: 'Save for Ward 3 East riser' }).waitFor()
})

describe.each(allScreens)('on a %s', (screen) => {
  it('maintenance is accessible and inside the screen, whatever was typed', async () => {
    planned({ reason: naughty })
    planned({ startsAt: inHours(5), endsAt: inHours(6), repeats: 'weekly', timeZone: 'America/New_York' })
    planned({ endsAt: inHours(-0.5), device: { serial: server.fleet.devices[0]?.serial ?? '', name: naughty } })
    const look = await openVisit(browser, server.url, screen)
    const check = async (name: string) => {
      expect(await pageFindings(look.page, name)).toEqual([])
    }
    await signInAt(look.page, '/alerts/maintenance', server.credentials)
    await look.page.getByRole('region', { name: 'Past' }).waitFor()
    await check('list')
    await look.page.getByRole('button', { name: 'Plan maintenance' }).click()
    const opened = look.page.getByRole('dialog')
    await opened.getByLabel('Again').selectOption('weekly')
    expect(await opened.evaluate((box) => box.scrollWidth - box.clientWidth), 'the dialog is not cut off').toBe(0)
    await check('plan')
    expect(look.errors).toEqual([])
    await look.context.close()
  })
})
