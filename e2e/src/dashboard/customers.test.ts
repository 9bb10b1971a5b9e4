import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  allScreens,
  choose,
  launchBrowser,
  openVisit,
  pageFindings,
  sidewaysScroll,
  signIn as signInAt,
  type Visit,
} from './browser.ts'
import { type ContractServer, startContractServer } from './contract-server.ts'
import { naughty, unclaimed } from './made-up-registry.ts'

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

const signIn = (at: Page, path = '/', person = server.credentials) => signInAt(at, path, person)
const rows = () => page.locator('.tbl.flow tbody tr')
const dialog = () => page.getByRole('dialog')

/** One name for the first of everything that has one, and for whoever looks at it. */
function nameEverything(name: string): void {
  const { registry, fleet } = server
  const { devices } = fleet
  for (const organisation of registry.organisations) if (organisation.id === 11) organisation.name = name
  for (const site of registry.sites.slice(0, 1)) Object.assign(site, { name, address: name })
  for (const person of registry.people) Object.assign(person, { name, organisation: { ...person.organisation, name } })
  for (const event of registry.audit) Object.assign(event, { actor: name, objectId: name, after: { name } })
  const owner = { organisation: registry.referenceOf(11), site: { id: 1, name }, name }
  for (const { serial } of devices) registry.changeDevice(serial, { ...owner, location: name, tags: [name, 'roof'] })
}

/** Invites somebody as a new customer's administrator; answers with the link that the page shows. */
async function inviteCustomer(): Promise<string> {
  await signIn(page, '/administration/organisations')
  await page.getByRole('button', { name: 'Add organisation' }).click()
  await dialog().getByLabel('Name').fill('Second Customer')
  await choose(dialog().getByRole('combobox', { name: 'Belongs to' }), 'Northquay Networks')
  await dialog().getByRole('button', { name: 'Add organisation' }).click()
  await rows().filter({ hasText: 'Second Customer' }).waitFor()
  await rows()
    .filter({ hasText: 'Second Customer' })
    .getByRole('link', { name: /people of/ })
    .click()
  await page.getByText('Nobody here yet').waitFor()
  await page.getByRole('button', { name: 'Invite person' }).click()
  await dialog().getByLabel('E-mail').fill('second@example.com')
  await dialog().getByRole('combobox', { name: 'Role', exact: true }).selectOption('administrator')
  await dialog().getByRole('button', { name: 'Send invitation' }).click()
  const link = await dialog().getByRole('textbox', { name: 'Link' }).inputValue()
  await dialog().getByRole('button', { name: 'Done' }).click()
  await rows().filter({ hasText: 'second@example.com' }).waitFor()
  return link
}

it('a new customer accepts the invitation, sees an empty fleet, claims a booster and sees it turn live', async () => {
  const link = await inviteCustomer()
  const second = await openVisit(browser, server.url, 'phone', 'dark')
  const phone = second.page
  await phone.goto(link)
  await phone.getByRole('heading', { name: 'Join Second Customer' }).waitFor()
  expect(phone.url()).not.toContain('token')
  await phone.getByLabel('Your name').fill('Second Person')
  await phone.getByLabel('Choose a password').fill('a long enough password')
  await phone.getByRole('button', { name: 'Accept invitation' }).click()
  await phone.getByRole('link', { name: 'Sign in' }).click()
  await signIn(phone, '/', { email: 'second@example.com', password: 'a long enough password' })

  await phone.getByText('No boosters yet').waitFor()
  expect(await pageFindings(phone, 'empty fleet')).toEqual([])
  await phone.getByRole('link', { name: 'Claim your first booster' }).click()
  await phone.getByLabel('Serial').fill(unclaimed.serial.toLowerCase())
  await phone.getByLabel('Claim code').fill('0000-0000-0000-0000')
  await phone.getByRole('button', { name: 'Claim booster' }).click()
  await phone.getByText('do not work together').waitFor()
  await phone.getByLabel('Claim code').fill(unclaimed.code.toLowerCase())
  await phone.getByLabel('Name').fill('Own lobby')
  await phone.getByRole('button', { name: 'Claim booster' }).click()
  await phone.getByText('Waiting for the first report').waitFor()
  expect(await pageFindings(phone, 'claimed')).toEqual([])

  const device = server.fleet.find(unclaimed.serial)
  if (device === undefined) throw new Error('the booster was not claimed')
  device.lastReportAt = Date.now()
  device.sequence++
  await phone.getByText('Online', { exact: true }).waitFor()
  await phone.getByRole('link', { name: 'Open the booster' }).click()
  await phone.getByRole('heading', { name: 'Own lobby' }).waitFor()
  await phone.getByText('Booster claimed').waitFor()
  await phone.goto('/')
  await phone.locator('.tile').first().waitFor()
  expect(await phone.locator('.tile').count(), 'only the own one').toBe(1)
  expect(second.foreign).toEqual([])
  await second.context.close()
})

describe('administration', () => {
  it('adds a site, edits it, and says why one with boosters stays', async () => {
    await signIn(page, '/administration/sites?organisation=11')
    await page.getByRole('button', { name: 'Add site' }).click()
    await dialog().getByLabel('Name').fill('New wing')
    await dialog().getByLabel('Time zone').fill('Europe/Brussels')
    await dialog().getByLabel('Latitude').fill('50.85')
    await dialog().getByRole('button', { name: 'Add site' }).click()
    const added = rows().filter({ hasText: 'New wing' })
    await added.getByRole('button', { name: /^Edit/ }).click()
    await dialog().getByLabel('Name').fill('Newer wing')
    await dialog().getByRole('button', { name: 'Save site' }).click()
    const edited = rows().filter({ hasText: 'Newer wing' })
    await edited.getByRole('button', { name: /^Delete/ }).click()
    await dialog().getByRole('button', { name: 'Delete site' }).click()
    await edited.waitFor({ state: 'detached' })
    await rows()
      .first()
      .getByRole('button', { name: /^Delete/ })
      .click()
    await dialog()
      .getByText(/boosters stand here/)
      .waitFor()
    expect(await dialog().getByRole('button', { name: 'Delete site' }).isDisabled()).toBe(true)
    expect(server.registry.sites.find(({ name }) => name === 'Newer wing')).toBeUndefined()
  })

  it('gives and takes roles, disables an account, and revokes an invitation', async () => {
    await inviteCustomer()
    await page.getByRole('button', { name: /^Revoke/ }).click()
    await dialog().getByRole('button', { name: 'Revoke invitation' }).click()
    await page.getByText('No invitation waits').waitFor()

    await page.goto('/administration/people?person=2')
    await choose(dialog().getByRole('combobox', { name: 'Another organisation' }), 'Skerry Offshore')
    await dialog().getByLabel('Role there').selectOption('operator')
    await dialog().getByRole('button', { name: 'Give role' }).click()
    await dialog().getByLabel('Role in Skerry Offshore', { exact: true }).selectOption('viewer')
    await page.locator('.tbl').getByText('Viewer in Skerry Offshore').waitFor()
    const take = dialog().getByRole('button', { name: 'Take the role in Skerry Offshore away' })
    await take.click()
    await take.waitFor({ state: 'detached' })
    await dialog().getByRole('button', { name: 'Disable account' }).click()
    await dialog().getByRole('button', { name: 'Enable account' }).waitFor()
    expect(server.registry.people[2]).toMatchObject({ disabled: true, memberships: [{ role: 'installer' }] })
  })

  it('shows what people typed as text, wherever it turns up', async () => {
    await signIn(page, '/administration/people')
    expect(await rows().first().textContent()).toContain(naughty)
    await page.goto('/administration/audit?action=site.changed')
    await page.locator('summary').first().click()
    expect(await page.locator('ins').textContent()).toBe(naughty)
    await page.goto(`/devices/${server.fleet.devices[2]?.serial}`)
    await page.locator('.notes').waitFor()
    expect(await page.locator('.notes').textContent()).toBe(naughty)
    expect(await page.locator('img').count()).toBe(0)

    // The same as the name of everything, on a phone: markup that would run, text that turns around, a word without an end.
    const text = `"><script>document.title='ran'</script><svg onload=document.title='ran'>\u202E${'W'.repeat(60)}`
    nameEverything(text)
    await page.setViewportSize({ width: 390, height: 844 })
    for (const [path, ready] of [
      ['/', '.tile'],
      [`/devices/${server.fleet.devices[0]?.serial}`, '.notes'],
      ['/administration/people', '.tbl.flow tbody tr'],
      ['/administration/sites', '.tbl.flow tbody tr'],
      ['/administration/organisations', '.tbl.flow tbody tr'],
      ['/administration/audit', 'summary'],
    ] as const) {
      await page.goto(path)
      await page.locator(ready).first().waitFor()
      await page.getByText(text, { exact: true }).first().waitFor({ state: 'attached' })
      expect(await sidewaysScroll(page), `${path}: pixels wider than the screen`).toBe(0)
      expect(await page.locator('body :is(img, script:not([src]), [onload])').count(), path).toBe(0)
      expect(await page.title(), path).not.toBe('ran')
    }
    expect(visit.errors).toEqual([])
  })

  it('is not offered to whoever may not use it, and follows when rights change', async () => {
    const person = server.registry.people[2]
    if (person === undefined) throw new Error('nobody')
    await signIn(page, '/', person)
    await page.getByRole('link', { name: 'Claim', exact: true }).waitFor()
    await page.getByText(/^Live, .* behind$/).waitFor()
    expect(await page.getByRole('link', { name: 'Import' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: /lost$/ }).count(), 'the ledger').toBe(0)
    person.memberships = [{ organisation: person.organisation, role: 'viewer' }]
    server.tellRights()
    await page.getByRole('link', { name: 'Claim', exact: true }).waitFor({ state: 'detached' })
    person.disabled = true
    server.tellRights()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })
})

describe('a booster', () => {
  it('is edited, handed on after a warning, and gets a secret that is shown once', async () => {
    const serial = server.fleet.devices[2]?.serial ?? ''
    await signIn(page, `/devices/${serial}`)
    const registry = page.getByRole('region', { name: 'Registry' })
    await registry.getByRole('button', { name: 'Edit' }).click()
    await dialog().getByLabel('Tags').fill('roof, east ; roof')
    await dialog().getByLabel('Location').fill('riser 4')
    await dialog().getByRole('button', { name: 'Save booster' }).click()
    await registry.getByText('riser 4').waitFor()
    expect(server.registry.device(serial)?.tags).toEqual(['roof', 'east'])

    const credentials = page.getByRole('region', { name: 'Credentials' })
    await credentials.getByRole('button', { name: 'Add' }).click()
    await dialog().getByRole('button', { name: 'Make secret' }).click()
    expect(await dialog().getByRole('textbox', { name: 'Secret' }).inputValue()).toBe('made-up-secret-shown-once')
    await dialog().getByRole('button', { name: 'Done' }).click()
    expect(await page.locator('body').textContent()).not.toContain('made-up-secret')
    await credentials.getByRole('button', { name: /^Revoke/ }).click()
    await dialog().getByText('It is the only one').waitFor()
    await dialog().getByRole('button', { name: 'Revoke credential' }).click()
    await credentials.getByText('None: the booster cannot connect').waitFor()

    await registry.getByRole('button', { name: 'Transfer…' }).click()
    await choose(dialog().getByRole('combobox', { name: 'To' }), 'Harbour Health Trust')
    await dialog().getByText('loses sight of').waitFor()
    await dialog().getByRole('button', { name: 'Transfer booster' }).click()
    await dialog().waitFor({ state: 'detached' })
    await registry.getByText('Harbour Health Trust').waitFor()
  })

  it('is imported from a file only after every bad line was shown', async () => {
    await signIn(page, '/import?organisation=11')
    const file = (text: string) => ({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    const field = page.locator('input[type=file]')
    await page.getByText('Columns: serial').waitFor()
    await field.setInputFiles(file('serial,model\nA1,iR5\nA2,bad\n'))
    await page.getByText('1 problem → mend the file').waitFor()
    await page.getByRole('cell', { name: 'there is no such model' }).waitFor()
    expect(await page.getByRole('button', { name: /^Import \d/ }).count()).toBe(0)
    await field.setInputFiles(file('serial,model\nA1,iR5\nA2,iR5\n'))
    await page.getByRole('button', { name: 'Import 2 boosters' }).click()
    await page.getByText('2 boosters written').waitFor()
  })
})

describe('the own account', () => {
  it('asks who is there before a sensitive change, and then goes on by itself', async () => {
    await signIn(page, '/account')
    server.letProofAge(server.credentials.email)
    await page.getByLabel('New password').fill('another long password')
    await page.getByRole('button', { name: 'Change password' }).click()
    await dialog().getByLabel('Password').fill('wrong')
    await dialog().getByRole('button', { name: 'Go on' }).click()
    await dialog().getByText('is not right').waitFor()
    await dialog().getByLabel('Password').fill(server.credentials.password)
    await dialog().getByRole('button', { name: 'Go on' }).click()
    await page.getByText('Changed; other sessions have ended').waitFor()
    expect(server.registry.people[0]?.password).toBe('another long password')

    await page.getByRole('button', { name: 'Set up second factor' }).click()
    await dialog()
      .getByRole('img', { name: /QR code/ })
      .waitFor()
    await dialog().getByRole('textbox', { name: 'Code', exact: true }).fill('123 456')
    await dialog().getByRole('button', { name: 'Turn on' }).click()
    await dialog().getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText('10 recovery codes left').waitFor()
  })
})

describe.each(allScreens)('on a %s', (screen) => {
  it('the pages of customers, people and devices are accessible and stay inside the screen', async () => {
    const { context, page: look, errors, foreign } = await openVisit(browser, server.url, screen)
    const check = async (name: string) => {
      expect(await pageFindings(look, name)).toEqual([])
    }
    const openAndCheck = async (path: string, heading: string) => {
      await look.goto(path)
      await look.getByRole('heading', { name: heading, exact: true }).waitFor()
      await look.locator('.skel').first().waitFor({ state: 'detached' })
      await check(path)
    }
    await openAndCheck('/password-reset', 'Reset your password')
    await openAndCheck('/password-reset?token=made-up-token-of-a-link', 'Choose a new password')
    await openAndCheck('/invitation', 'This invitation does not work')
    await signIn(look)
    await openAndCheck('/claim', 'Claim a booster')
    await openAndCheck('/import', 'Import boosters')
    await openAndCheck('/account', 'Second factor')
    await openAndCheck('/administration/organisations', 'Organisations')
    await openAndCheck('/administration/sites', 'Sites')
    await look.getByRole('button', { name: 'Add site' }).click()
    await check('site dialog')
    await openAndCheck('/administration/people?person=2', 'People')
    await openAndCheck('/administration/outbox', 'Outbox')
    await openAndCheck('/administration/audit', 'Audit log')
    await look.locator('summary').first().click()
    await check('audit event')
    await openAndCheck(`/devices/${server.fleet.devices[2]?.serial}`, 'Registry')
    await look.getByRole('button', { name: 'Edit', exact: true }).click()
    await check('device dialog')
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await context.close()
  })
})
