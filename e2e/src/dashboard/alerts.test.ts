import type { Incident } from '@stellacontrol/protocol'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser, openVisit, pageFindings, signIn, type Visit } from './browser.ts'
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
const texts = () => page.locator('.inc [data-row-link]').allTextContents()
const states = () => page.getByRole('navigation', { name: 'States' })
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

describe('the list', () => {
  it('shows the worst first, without what another alert explains, and counts lead to exactly the rows they counted', async () => {
    await open()
    await rowsAre(13)
    expect(await page.locator('.list h2').allTextContents()).toEqual([
      'Critical act now, 4',
      'Major act today, 5',
      'Minor look into it, 2',
      'Warning know it, 2',
    ])
    for (const [name, amount, address] of [
      ['Acknowledged 1', 1, '?state=acknowledged'],
      ['Cleared 2', 2, '?state=cleared'],
      ['All 17', 17, '?state=any'],
    ] as const) {
      await states().getByRole('link', { name }).click()
      await page.waitForURL(`**/alerts${address}`)
      await rowsAre(amount)
    }
  })

  it('keeps filters and order in the address, through reload, and clears them again', async () => {
    await open('/alerts?severity=major,minor')
    await rowsAre(7)
    await page.getByRole('searchbox', { name: 'Search alerts' }).fill('hotel')
    await page.waitForURL('**search=hotel**')
    await rowsAre(2)
    await page.getByText('Order').click()
    await page.getByLabel('newest first').check()
    await page.waitForURL('**sort=raisedAt**')
    await page.reload()
    await rowsAre(2)
    expect(await page.getByRole('searchbox', { name: 'Search alerts' }).inputValue()).toBe('hotel')
    expect(await page.getByRole('searchbox', { name: 'Search boosters' }).inputValue()).toBe('')
    expect(await page.locator('.list h2').count()).toBe(0)
    await page.getByRole('button', { name: 'Clear 2 filters' }).click()
    await rowsAre(13)
    expect(new URL(page.url()).search).toBe('?sort=raisedAt')
  })

  it('finds what is nobody’s, of one booster with what its site explains, and says when nothing matches', async () => {
    const [mine] = server.registry.people
    const given = first('minor')
    given.assignee = { id: mine?.id ?? 0, name: mine?.name ?? '' }
    await open('/alerts?assignee=me')
    await rowsAre(1)
    await rows().getByText('Assigned: Duty Operator').waitFor()
    const member = server.registry.alerts.incidents.find(({ parentId }) => parentId !== null)
    await page.goto(`/alerts?device=${member?.scope}`)
    await rows().getByText('No report for 25 min').waitFor()
    await page.goto('/alerts?search=nothing-is-called-this')
    await page.getByText('No alert matches').waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Clear 1 filter' }).last().click()
    await rowsAre(13)
  })

  it('comes page by page', async () => {
    for (let index = 0; index < 130; index++) server.registry.alerts.raise({}, index % 200, 500 + index)
    await open()
    await rowsAre(100)
    await page.getByText('100 of 143').waitFor()
    await page.getByRole('button', { name: 'Show more' }).click()
    await rowsAre(143)
  })

  it('says good words when nothing is wrong', async () => {
    for (const incident of server.registry.alerts.incidents) incident.state = 'cleared'
    await signIn(page, '/alerts', server.credentials)
    await page.getByText('Nothing needs action').waitFor()
    expect(await pageFindings(page, 'nothing to do')).toEqual([])
  })
})

describe('live', () => {
  it('lets new alerts wait while rows hold still, changes values in place, and the rail counts critical ones', async () => {
    await open()
    const rail = page.getByRole('navigation', { name: 'Main' })
    await rail.getByRole('link', { name: /^Alerts\s*, critical:\s*4$/ }).waitFor()
    const before = await texts()
    const known = first('minor')
    known.text = 'Isolation margin 9.9 dB, below 15 dB'
    server.registry.alerts.happen(known, 'repeated')
    server.registry.alerts.arrive({ text: 'Something new', severity: 'critical' }, 40)
    await rowOf(known).getByText('9.9 dB').waitFor()
    await rail.getByRole('link', { name: /^Alerts\s*, critical:\s*5$/ }).waitFor()
    await page.getByText('1 new alert').waitFor()
    expect(await texts()).toEqual(before.map((text) => (text.includes('13.6') ? expect.any(String) : text)))
    await states().getByRole('link', { name: 'Needs action 14' }).waitFor()
    await page.getByRole('button', { name: '1 new alert' }).click()
    await rows().first().getByText('Something new').waitFor()
    await page.getByText('1 new alert').waitFor({ state: 'detached' })
  })

  it('lets what arrived wait through what one does oneself meanwhile', async () => {
    await open()
    server.registry.alerts.arrive({ text: 'Something new' }, 40)
    await page.getByText('1 new alert').waitFor()
    await rows().first().getByRole('checkbox').check()
    await page.keyboard.press('c')
    await page.getByRole('dialog').getByLabel('What you know or did').fill('on my way')
    await page.getByRole('button', { name: 'Add comment' }).click()
    await page.getByText('1 alert commented on.').waitFor()
    expect(await page.getByText('1 new alert').count()).toBe(1)
  })

  it('shows by itself what arrives where there was nothing', async () => {
    await signIn(page, '/alerts?severity=critical&search=pump', server.credentials)
    await page.getByText('No alert matches').waitFor()
    server.registry.alerts.arrive({ text: 'The pump room is hot', severity: 'critical' }, 40)
    await rows().getByText('The pump room is hot').waitFor()
  })

  it('takes what others acknowledged out only when asked', async () => {
    await open()
    const taken = first('critical')
    server.registry.alerts.happen(taken, 'acknowledged', 'ines@example.com')
    await rowOf(taken).getByText('Acknowledged').waitFor()
    await page.getByRole('button', { name: '1 moved on' }).click()
    await rowsAre(12)
  })
})

describe('what people do', () => {
  it('acknowledges many at once, and says what could not be done', async () => {
    await open()
    const [one, other] = [first('critical'), first('warning')]
    for (const incident of [one, other]) await rowOf(incident).getByRole('checkbox').check()
    const bar = page.getByRole('region', { name: 'Selected alerts' })
    await bar.getByText('2 selected').waitFor()
    // Over by the time the request arrives, and nobody has told the page.
    other.state = 'cleared'
    await bar.getByRole('button', { name: 'Acknowledge' }).click()
    await page.getByText('1 alert acknowledged. 1 not: over already.').waitFor()
    expect(stateOf(one.id)).toBe('acknowledged')
    await rowOf(one).getByText('Acknowledged').waitFor()
    await bar.waitFor({ state: 'detached' })
  })

  it('shelves, opens again, assigns, comments and clears one from its evidence', async () => {
    const incident = first('critical')
    await open(`/alerts?incident=${incident.id}`)
    const dialog = page.getByRole('dialog')
    await pane().getByRole('button', { name: 'Shelve' }).click()
    await dialog.getByLabel('4 hours').check()
    await dialog.getByRole('button', { name: 'Shelve 1 alert' }).click()
    await pane()
      .getByText(/^Shelved until/)
      .waitFor()
    expect(Date.parse(incident.shelvedUntil ?? '') - Date.now()).toBeGreaterThan(3.9 * 3_600_000)
    await pane().getByRole('button', { name: 'Reopen' }).click()
    await pane().getByText('Opened again').waitFor()
    await pane().getByRole('button', { name: 'Assign' }).click()
    await dialog.getByLabel('Who takes care of it').selectOption({ label: 'Careful Operator' })
    await dialog.getByRole('button', { name: 'Assign 1 alert' }).click()
    await pane().getByText('Open, Careful Operator has it').waitFor()
    await pane().getByText('Assigned to Careful Operator').waitFor()
    await pane().getByRole('textbox', { name: 'Comment' }).fill(naughty)
    await pane().getByRole('button', { name: 'Add comment' }).click()
    await pane().locator('.said').getByText(naughty.slice(0, 20)).waitFor()
    await pane().getByRole('button', { name: 'Clear' }).click()
    await dialog.getByRole('button', { name: 'Clear 1 alert' }).click()
    await pane().getByText('Cleared, by hand').waitFor()
    expect(incident.state).toBe('cleared')
    expect(await pane().getByRole('button', { name: 'Acknowledge' }).count()).toBe(0)
  })

  it('offers a viewer no buttons and no boxes, and keys do nothing', async () => {
    const viewer = { email: 'viewer@example.com', password: 'looks at everything' }
    const { registry } = server
    registry.people.push(registry.newPerson(9, viewer.email, 'Only Looking', viewer.password, 1, 'viewer'))
    const incident = first('critical')
    await signIn(page, `/alerts?incident=${incident.id}`, viewer)
    await pane().getByText('Why was this raised?').waitFor()
    await page.keyboard.press('a')
    await page.keyboard.press('s')
    for (const name of ['Acknowledge', 'Shelve', 'Assign', 'Clear', 'Add comment'])
      expect(await page.getByRole('button', { name }).count(), name).toBe(0)
    expect(await page.getByRole('checkbox', { name: /^Select/ }).count()).toBe(0)
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(incident.state).toBe('open')
  })

  it('lets an installer acknowledge, but not shelve or clear', async () => {
    const installer = { email: 'ines@example.com', password: 'somebody else entirely' }
    await signIn(page, '/alerts', installer)
    await rows().first().locator('[data-row-link]').click()
    await pane().getByRole('button', { name: 'Acknowledge' }).waitFor()
    expect(
      await pane()
        .getByRole('button', { name: /Shelve|Clear/ })
        .count(),
    ).toBe(0)
  })
})
