import type { AlertRule } from '@stellacontrol/protocol'
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

const hot = 'temperature-exceeded'
const signIn = (path: string, person = server.credentials) => signInAt(page, path, person)
const dialog = () => page.getByRole('dialog')
const list = (at = page) => at.getByRole('navigation', { name: 'Rules' })
const form = (at = page) => at.getByRole('form', { name: 'Rule' })
const now = () => page.getByRole('region', { name: 'Now' })
const overrides = () => page.getByRole('region', { name: 'Overrides' })
const saveFor = (name: string) => form().getByRole('button', { name: `Save for ${name}` })
const viewer = () => ({ email: 'ines@example.com', password: 'somebody else entirely' })

/** An override as somebody made it at another time. */
function overridden(scope: 'model' | 'organisation' | 'site' | 'device', scopeId: string, changes: Partial<AlertRule>) {
  const kept = { version: 1, changedAt: '2026-11-20T10:00:00.000Z', changedBy: 'operator@example.com' }
  server.registry.rules.overrides.push({ rule: hot, scope, scopeId, changes, ...kept })
}

describe('the list of rules', () => {
  it('is grouped by class, searched and filtered; one that is chosen stands in the address', async () => {
    overridden('organisation', '11', { enabled: false })
    await signIn('/alerts/rules?organisation=11')
    await list()
      .getByRole('region', { name: 'Radio quality' })
      .getByRole('link', { name: 'Critical Oscillation' })
      .waitFor()
    await list().getByRole('combobox', { name: 'Which rules' }).selectOption('off')
    expect(await list().getByRole('listitem').allTextContents()).toEqual([expect.stringContaining('off, 1 override')])
    await list().getByRole('combobox', { name: 'Which rules' }).selectOption('all')
    await list().getByRole('searchbox').fill('amplifier temp')
    expect(await list().getByRole('listitem').count()).toBe(1)
    await list()
      .getByRole('link', { name: /Amplifier too hot/ })
      .click()
    await page.getByRole('heading', { name: 'Amplifier too hot' }).waitFor()
    expect(new URL(page.url()).search).toBe('?rule=amplifier-hot&organisation=11')
    await list().getByRole('searchbox').fill('nothing is called this')
    await list().getByText('No rule matches').waitFor()
  })

  it('is walked through by keyboard', async () => {
    await signIn('/alerts/rules')
    await page.getByRole('heading', { name: 'Device offline' }).waitFor()
    await page.keyboard.press('j')
    await page.getByRole('heading', { name: 'Modem signal weak' }).waitFor()
    await page.keyboard.press('k')
    await page.getByRole('heading', { name: 'Device offline' }).waitFor()
  })
})

describe('a rule', () => {
  it('is told in words where it is not changed, with why and what to do', async () => {
    await signIn('/alerts/rules?rule=isolation-low')
    const text = await page.locator('.rule').textContent()
    expect(text).toContain('Minor when Isolation minus gain set below 15 dB for at least 2 min and 2 reports')
    expect(text).toContain('Critical when Isolation minus gain set below 10 dB')
    expect(text).toContain('18 dB or more for at least 10 min and 2 reports')
    expect(text).toContain('Announced at most once in 1 h, reminded of weekly for 30 d')
    expect(text).toContain('Oscillation, Band shut down, Band locked out')
    expect(text).toContain('Move the antennas further apart')
    expect(await form().count()).toBe(0)
  })

  it('is overridden for a site, which shows at once how many boosters that would meet, and is reset', async () => {
    await signIn(`/alerts/rules?rule=${hot}`)
    await now()
      .getByText(/of 1\d\d boosters would be in this state now$/)
      .waitFor()
    await overrides().getByRole('button', { name: 'Override…' }).click()
    await dialog().getByRole('combobox', { name: 'For', exact: true }).selectOption('site')
    await choose(dialog().getByRole('combobox', { name: 'Organisation' }), 'Harbour Health Trust')
    await choose(dialog().getByRole('combobox', { name: 'Site' }), 'Mercy Harbour Hospital')
    await dialog().getByRole('button', { name: 'Go on' }).click()
    await saveFor('Mercy Harbour Hospital').waitFor()
    expect(new URL(page.url()).search).toBe(`?rule=${hot}&site=1`)
    expect(await saveFor('Mercy Harbour Hospital').isDisabled()).toBe(true)

    await form().getByLabel('Cleared at').fill('35')
    await form().getByLabel('Raised at, severity 1').fill('40')
    await now()
      .getByText(/^\d+ of \d+ boosters would be in this state now$/)
      .waitFor()
    expect(server.registry.rules.overrides, 'a preview saves nothing').toEqual([])
    await form().getByLabel('Held, severity 1: time').fill('1.5 h')
    await saveFor('Mercy Harbour Hospital').click()
    await overrides().getByText('Critical: above 40 °C for at least 1 h 30 min').waitFor()
    expect(server.registry.rules.overrides).toMatchObject([
      {
        ...{ rule: hot, scope: 'site', scopeId: '1' },
        changes: {
          levels: [{ severity: 'critical', raiseAt: 40, clearAt: 35 }],
          raise: { holdMs: 5_400_000, samples: 1 },
        },
      },
    ])
    expect(Object.keys(server.registry.rules.overrides[0]?.changes ?? {})).toEqual(['levels', 'raise'])

    await form().getByRole('button', { name: 'Reset…' }).click()
    await dialog().getByRole('button', { name: 'Remove override' }).click()
    await overrides().getByText('It holds everywhere as it is written.').waitFor()
    expect(await form().getByLabel('Raised at, severity 1').inputValue()).toBe('75')
    expect(server.registry.rules.overrides).toEqual([])
  })

  it('keeps what a farther place says out of an override, and gives up what is set back to it', async () => {
    overridden('organisation', '1', { recurrence: 'weekly' })
    overridden('site', '1', { throttleMs: 7_200_000, enabled: false })
    await signIn(`/alerts/rules?rule=${hot}&site=1`)
    const field = form().getByLabel('Announced at most once in')
    expect(await field.inputValue()).toBe('2 h')
    expect(await form().getByLabel('Reminders', { exact: true }).inputValue()).toBe('weekly')
    await field.fill('1 h')
    await form().getByLabel('Switched on').check()
    await form().getByLabel('Reminders', { exact: true }).selectOption('monthly')
    await saveFor('Mercy Harbour Hospital').click()
    await overrides().getByText('monthly').waitFor()
    expect(server.registry.rules.overrides.at(-1)?.changes).toEqual({ recurrence: 'monthly' })
  })

  it('with a threshold that cannot be is refused at its field, and nothing is saved', async () => {
    await signIn(`/alerts/rules?rule=${hot}&organisation=11`)
    const cleared = form().getByLabel('Cleared at')
    await cleared.fill('200')
    // The service is asked while it is typed, and says it at the field before anybody saves.
    await form().getByText('Clears on the bad side of 75').waitFor()
    expect(await cleared.getAttribute('aria-invalid')).toBe('true')
    await cleared.press('Enter')
    await form().getByText('This cannot be, so nothing was saved.').waitFor()
    expect(await cleared.evaluate((input) => input === document.activeElement)).toBe(true)
    expect(await pageFindings(page, 'rule-conditions')).toEqual([])
    expect(server.registry.rules.overrides).toEqual([])
    await form().getByLabel('Held, severity 1: time').fill('a while')
    await form().getByText('Write a time such as 10 min or 2 h.').waitFor()
    await form().getByRole('button', { name: 'Discard changes' }).click()
    expect(await form().getByLabel('Cleared at').inputValue()).toBe('70')
    expect(await form().getByLabel('Held, severity 1: time').inputValue()).toBe('0 s')
    expect(await form().locator('.bad').count()).toBe(0)
  })

  it('that was changed is not left unasked', async () => {
    await signIn(`/alerts/rules?rule=${hot}&organisation=11`)
    await form().getByLabel('Switched on').uncheck()
    await list()
      .getByRole('link', { name: /Fan slow/ })
      .click()
    await dialog().getByRole('button', { name: 'Go on editing' }).click()
    expect(await form().getByLabel('Switched on').isChecked()).toBe(false)
    await list()
      .getByRole('link', { name: /Fan slow/ })
      .click()
    await dialog().getByRole('button', { name: 'Leave without saving' }).click()
    await page.getByRole('heading', { name: 'Fan slow' }).waitFor()
    expect(server.registry.rules.overrides).toEqual([])
  })

  it('of one’s own is written, refused where it is wrong, saved, changed and deleted', async () => {
    await signIn('/alerts/rules')
    await list().getByRole('link', { name: 'New rule' }).click()
    await choose(form().getByRole('combobox', { name: 'Organisation' }), 'Skerry Offshore')
    await form().getByLabel('Name').fill('Warm on the bridge')
    await form().getByLabel('Raised at, severity 1').fill('45')
    await form().getByLabel('Cleared at').fill('400')
    await form().getByRole('button', { name: 'Add rule' }).click()
    await form().getByText('Must lie between -55 and 150 °C.').waitFor()
    expect(server.registry.rules.own).toEqual([])
    await form().getByLabel('Cleared at').fill('40')
    await form().getByRole('button', { name: 'Add a worse severity' }).click()
    await form().getByLabel('Raised at, severity 2').fill('55')
    await form().getByRole('combobox', { name: 'Add a rule that explains this one' }).selectOption(hot)
    await now()
      .getByText(/of 50 boosters would be in this state now/)
      .waitFor()
    await form().getByRole('button', { name: 'Add rule' }).click()
    await page.getByText('Own rule', { exact: true }).waitFor()
    expect(new URL(page.url()).search).toBe('?rule=own-12-warm-on-the-bridge')
    expect(await page.locator('.rule').evaluate(({ scrollTop }) => scrollTop), 'begins at its top').toBe(0)
    expect(server.registry.rules.own).toMatchObject([
      {
        organisationId: 12,
        rule: {
          ...{ name: 'Warm on the bridge', hiddenBy: [hot], enabled: true },
          looksAt: { kind: 'measure', measure: 'boardCelsius', is: 'above' },
          levels: [
            { severity: 'minor', raiseAt: 45, clearAt: 40 },
            { severity: 'major', raiseAt: 55, clearAt: 40 },
          ],
        },
      },
    ])
    await form().getByLabel('Looks at', { exact: true }).selectOption('event')
    await form().getByRole('button', { name: 'Save rule' }).click()
    await now()
      .getByText(/One report cannot tell/)
      .waitFor()
    await page.getByText(/version 2/).waitFor()
    expect(server.registry.rules.own[0]?.rule.looksAt).toEqual({ kind: 'event', event: 'restarted' })
    await form().getByRole('button', { name: 'Delete rule…' }).click()
    await dialog().getByRole('button', { name: 'Delete rule' }).click()
    await page.getByRole('heading', { name: 'Device offline' }).waitFor()
    expect(server.registry.rules.own).toEqual([])
  })

  it('is read without a button by whoever may not change it', async () => {
    await signIn(`/alerts/rules?rule=${hot}&organisation=11`, viewer())
    await page.getByText('Board temperature above 75 °C').waitFor()
    await now()
      .getByText(/boosters would be in this state now/)
      .waitFor()
    expect(await form().count()).toBe(0)
    expect(await page.getByRole('button', { name: /Override|Save|Reset|Delete/ }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'New rule' }).count()).toBe(0)
    await page.goto('/alerts/rules?rule=new')
    await page.getByText('There is no such rule here').waitFor()
    await page.goto('/alerts/maintenance')
    await page.getByText('No maintenance is planned').waitFor()
    expect(await page.getByRole('button', { name: /Plan|Change|End/ }).count()).toBe(0)
  })
})

describe.each(allScreens)('on a %s', (screen) => {
  it('the rules are accessible and inside the screen, whatever they are called', async () => {
    overridden('site', '1', { levels: [{ severity: 'major', raiseAt: 50, clearAt: 40 }], recurrence: 'weekly' })
    overridden('model', 'iR5', { enabled: false })
    for (const site of server.registry.sites.slice(0, 1)) site.name = naughty
    const look = await openVisit(browser, server.url, screen)
    const check = async (name: string) => {
      expect(await pageFindings(look.page, name)).toEqual([])
    }
    await signInAt(look.page, '/alerts/rules', server.credentials)
    await list(look.page)
      .getByRole('link', { name: /Temperature exceeded/ })
      .waitFor()
    await check('list')
    await list(look.page)
      .getByRole('link', { name: /Temperature exceeded/ })
      .click()
    await look.page.getByText('Hold back').or(look.page.getByText('Tell')).first().waitFor()
    await check('words')
    await look.page.getByRole('region', { name: 'Overrides' }).getByRole('link', { name: /^Site/ }).click()
    await form(look.page).waitFor()
    await form(look.page).getByLabel('Raised at, severity 1').fill('45')
    await look.page.getByText(/boosters would be in this state now/).waitFor()
    await check('form')
    await form(look.page).getByLabel('Cleared at').fill('99')
    await look.page.getByText(/Clears on the bad side/).waitFor()
    await check('refused')
    await form(look.page).getByRole('button', { name: 'Discard changes' }).click()
    await look.page.getByRole('button', { name: 'Override…' }).click()
    await look.page.getByRole('dialog').waitFor()
    await check('place')
    await look.page.keyboard.press('Escape')
    await look.page.goto('/alerts/rules?rule=new')
    await look.page.getByRole('heading', { name: 'New rule' }).waitFor()
    await look.page.getByRole('button', { name: 'Add a condition' }).click()
    await check('new')
    expect(look.errors).toEqual([])
    expect(look.foreign).toEqual([])
    await look.context.close()
  })
})
