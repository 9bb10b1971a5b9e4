import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { launchBrowser, openVisit, pageFindings, signIn, type Visit } from './browser.ts'
import { type ContractServer, startContractServer } from './contract-server.ts'
import { withSecondFactor } from './made-up-registry.ts'

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

const question = () => page.getByRole('dialog', { name: 'Is it still you?' })

async function prove(): Promise<void> {
  await question().getByLabel('Password').fill(server.credentials.password)
  await question().getByRole('button', { name: 'Go on' }).click()
  await question().waitFor({ state: 'detached' })
}

it('an invitation after a long while asks who is there, keeps what was typed, and goes on by itself', async () => {
  await signIn(page, '/administration/people?organisation=11', server.credentials)
  server.letProofAge(server.credentials.email)
  await page.getByRole('button', { name: 'Invite person' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite person' })
  await dialog.getByLabel('E-mail').fill('typed@example.com')
  await dialog.getByRole('combobox', { name: 'Role', exact: true }).selectOption('operator')
  await dialog.getByRole('button', { name: 'Send invitation' }).click()

  await question().waitFor()
  expect(await pageFindings(page, 'proof')).toEqual([])
  await question().getByRole('button', { name: 'Cancel' }).click()
  await question().waitFor({ state: 'detached' })
  expect(server.registry.invitations).toEqual([])
  expect(await dialog.getByLabel('E-mail').inputValue()).toBe('typed@example.com')
  expect(await dialog.getByRole('combobox', { name: 'Role', exact: true }).inputValue()).toBe('operator')

  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await question().getByLabel('Password').fill('wrong')
  await question().getByRole('button', { name: 'Go on' }).click()
  await question().getByText('is not right').waitFor()
  await prove()
  await page.getByRole('textbox', { name: 'Link' }).waitFor()
  expect(server.registry.invitations).toMatchObject([
    { email: 'typed@example.com', role: 'operator', organisation: { id: 11 } },
  ])
})

it('roles, accounts, credentials and devices ask as well', async () => {
  const email = server.credentials.email
  await signIn(page, '/administration/people?person=2', server.credentials)
  server.letProofAge(email)
  await page.getByLabel(/^Role in/).selectOption('viewer')
  await prove()
  await page.locator('.tbl').getByText('Viewer').waitFor()
  server.letProofAge(email)
  await page.getByRole('button', { name: 'Disable account' }).click()
  await prove()
  await page.getByRole('button', { name: 'Enable account' }).waitFor()

  const serial = server.fleet.devices[2]?.serial ?? ''
  await page.goto(`/devices/${serial}`)
  server.letProofAge(email)
  await page.getByRole('region', { name: 'Credentials' }).getByRole('button', { name: 'Add' }).click()
  await page.getByRole('button', { name: 'Make secret' }).click()
  await prove()
  await page.getByRole('textbox', { name: 'Secret' }).waitFor()
  await page.getByRole('button', { name: 'Done' }).click()
  server.letProofAge(email)
  await page.getByRole('button', { name: 'Retire…' }).click()
  await page.getByRole('button', { name: 'Retire booster' }).click()
  await prove()
  await page.getByRole('region', { name: 'Registry' }).getByText('Retired').waitFor()
  expect(server.registry.device(serial)?.state).toBe('retired')
})

it('whoever has an account with a second factor accepts an invitation with its code too', async () => {
  const token = 'made-up-token-for-careful'
  server.registry.invitations.push({
    ...{
      id: 7,
      email: withSecondFactor.email,
      organisation: { id: 12, name: 'Skerry Offshore' },
      role: 'viewer',
      token,
    },
    ...{ invitedBy: 'Somebody', createdAt: '2026-11-20T10:00:00.000Z', expiresAt: '2099-11-20T10:00:00.000Z' },
  })
  await page.goto(`/invitation?token=${token}`)
  await page.getByLabel('Your password').fill(server.credentials.password)
  expect(await page.getByLabel('Code').count()).toBe(0)
  await page.getByRole('button', { name: 'Accept invitation' }).click()
  await page.getByLabel('Code').fill('000000')
  await page.getByRole('button', { name: 'Accept invitation' }).click()
  await page.getByText('The code is not right').waitFor()
  expect(await pageFindings(page, 'invitation-code')).toEqual([])
  await page.getByLabel('Code').fill(withSecondFactor.code)
  await page.getByRole('button', { name: 'Accept invitation' }).click()
  await page.getByRole('heading', { name: 'Welcome to Skerry Offshore' }).waitFor()
})
