import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser, openVisit, pageFindings } from './browser.ts'
import { type ContractServer, startContractServer } from './contract-server.ts'
import { withSecondFactor } from './made-up-registry.ts'

let server: ContractServer
let browser: Browser

beforeAll(async () => {
  server = await startContractServer()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

it('an account with a second factor is asked for the code, and gets to the page it wanted', async () => {
  const { context, page } = await openVisit(browser, server.url, 'phone')
  await page.goto('/?view=tiles')
  await page.getByLabel('Work e-mail').fill(withSecondFactor.email)
  await page.getByLabel('Password', { exact: true }).fill(server.credentials.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const code = page.getByLabel('Code from your authenticator app')
  await code.fill('000000')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('The code is not right').waitFor()
  expect(await code.getAttribute('aria-invalid')).toBe('true')
  expect(await pageFindings(page, 'second-factor')).toEqual([])
  await code.fill(withSecondFactor.code)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.locator('.tile').first().waitFor()
  await context.close()
})

it('the provider is offered with the place that was asked for, and what went wrong there is said', async () => {
  const { context, page } = await openVisit(browser, server.url, 'desktop')
  await page.goto('/sign-in?next=%2Fdevices%2FX&problem=openid-no-account')
  await page.getByText('You have no account here yet.').waitFor()
  const provider = page.getByRole('link', { name: 'Sign in with Northquay Networks' })
  expect(await provider.getAttribute('href')).toBe('/v1/session/oidc?next=%2Fdevices%2FX')
  expect(await page.getByRole('link', { name: 'Forgot your password?' }).getAttribute('href')).toBe('/password-reset')
  expect(await pageFindings(page, 'sign-in-problem')).toEqual([])
  await context.close()
})
