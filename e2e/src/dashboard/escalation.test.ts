import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser, openVisit, pageFindings, signIn } from './browser.ts'
import { type ContractServer, startContractServer } from './contract-server.ts'

let server: ContractServer
let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
  server = await startContractServer()
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function open(page: Page) {
  await page
    .getByRole('button', { name: /^Escalation of/ })
    .nth(1)
    .click()
  const dialog = page.getByRole('dialog', { name: /^Escalation of/ })
  await dialog.getByRole('button', { name: 'Add step' }).waitFor()
  return dialog
}

it('says who is told next, one later than the other, and shows it again', async () => {
  const visit = await openVisit(browser, server.url, 'desktop')
  await signIn(visit.page, '/administration/organisations', server.credentials)
  const dialog = await open(visit.page)
  await dialog.getByText('as the organisation above has it').waitFor()
  await dialog.getByRole('button', { name: 'Add step' }).click()
  await dialog.getByRole('button', { name: 'Add step' }).click()
  await dialog.getByLabel('Tell').nth(1).selectOption({ index: 1 })
  expect(await pageFindings(visit.page, 'escalation')).toEqual([])
  // Not later than the step before: the form refuses it by itself.
  await dialog.getByLabel('After minutes').nth(1).fill('30')
  await dialog.getByRole('button', { name: 'Save escalation' }).click()
  expect([...server.registry.escalation.values()]).toEqual([])
  await dialog.getByLabel('After minutes').nth(1).fill('90')
  await dialog.getByRole('button', { name: 'Save escalation' }).click()
  await dialog.waitFor({ state: 'detached' })
  const [first, second] = server.registry.people
  expect([...server.registry.escalation.values()]).toEqual([
    [
      { userId: first?.id, afterMinutes: 30 },
      { userId: second?.id, afterMinutes: 90 },
    ],
  ])
  const again = await open(visit.page)
  await again.getByRole('button', { name: 'Take step 1 away' }).click()
  await again.getByRole('button', { name: 'Save escalation' }).click()
  await again.waitFor({ state: 'detached' })
  expect([...server.registry.escalation.values()]).toEqual([[{ userId: second?.id, afterMinutes: 90 }]])
  expect(visit.foreign).toEqual([])
  await visit.context.close()
})

it('fits a phone in the dark', async () => {
  const visit = await openVisit(browser, server.url, 'phone', 'dark')
  await signIn(visit.page, '/administration/organisations', server.credentials)
  const dialog = await open(visit.page)
  await dialog.getByRole('button', { name: 'Add step' }).click()
  expect(await pageFindings(visit.page, 'escalation')).toEqual([])
  await visit.context.close()
})
