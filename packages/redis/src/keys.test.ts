import { readFileSync } from 'node:fs'
import { messageTopics, partitionOf } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { createKeys, type Keys } from './keys.ts'
import { topicLogs } from './log/catalogue.ts'

const keys = createKeys({ partitions: 16, cluster: false })
const page = readFileSync(new URL('../../../docs/state.md', import.meta.url), 'utf8')

/** How docs/state.md writes the keys that each member of the key file makes. */
const patterns: Record<Exclude<keyof Keys, 'partitions' | 'partitionOf' | 'resolve'>, string[]> = {
  stream: [keys.stream('messages', 0), keys.stream('<topic>', 0)],
  readers: [keys.readers('messages', 0), keys.readers('<topic>', 0)],
  members: [keys.members('messages', '<reader>'), keys.members('<topic>', '<reader>')],
  setAside: [keys.setAside('<topic>', 0, '<reader>')],
  installation: [keys.installation],
  status: [keys.status('<serial>')],
  channel: [keys.channel('<topic>', '<serial>')],
  connection: [keys.connection('<serial>')],
  receivers: [keys.receivers],
  credential: [keys.credential('<serial>')],
  takeovers: [keys.takeovers('<serial>')],
  cloneThrottle: [keys.cloneThrottle('<serial>')],
  session: [keys.session('<tokenHash>')],
  sessionsOf: [keys.sessionsOf('<userId>')],
  openIdSignIn: [keys.openIdSignIn('<stateHash>')],
  signInAttempts: [keys.signInAttempts('<kind>' as 'account', '<subjectHash>')],
  linkRequests: [keys.linkRequests('<kind>' as 'account', '<subjectHash>')],
  claimAttempts: [keys.claimAttempts('<userId>' as unknown as number)],
  rightsVersion: [keys.rightsVersion],
  alertThrottle: [keys.alertThrottle('<serial>', '<rule>', '<subject>').replace(':<subject>', '[:<subject>]')],
  alertState: [keys.alertState('<serial>')],
  incidents: [keys.incidents('<serial>')],
  alertDeadlines: [keys.alertDeadlines(0)],
  alertWatch: [keys.alertWatch(0)],
  alertBundle: [keys.alertBundle('<userId>[:later]')],
  alertBundleSending: [keys.alertBundleSending('<userId>[:later]')],
  alertsDue: [keys.alertsDue],
  alertsSent: [keys.alertsSent('<userId>')],
  alertTests: [keys.alertTests('<userId>' as unknown as number)],
  alertTold: [keys.alertTold('<incidentId>')],
  alertLooks: [keys.alertLooks],
  alertDirectory: [keys.alertDirectory],
  apiCalls: [keys.apiCalls('<customerId>')],
}

/** The first cells of the page's tables, up to the section about the original. */
const [documented = ''] = page.split('## The keys of the original')
const firstCells = [...documented.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] as string)

test('the page lists exactly the keys and channels that the key file makes', () => {
  const made = Object.values(patterns)
    .flat()
    .map((pattern) => pattern.replace('{00}', '{nn}'))
  expect(firstCells.filter((cell) => cell.startsWith('sc:')).sort()).toEqual(made.sort())
})

test('no member of the key file is missing from this test', () => {
  const others = ['partitions', 'partitionOf', 'resolve']
  expect(
    Object.keys(keys)
      .filter((name) => !others.includes(name))
      .sort(),
  ).toEqual(Object.keys(patterns).sort())
})

test('the page lists exactly the topics of the catalogue, each with its message', () => {
  const topics = Object.entries(messageTopics)
    .filter(([, specification]) => specification.isOfType === undefined)
    .map(([type, { topic }]) => ({ type, topic }))
  expect(firstCells.filter((cell) => !cell.startsWith('sc:')).sort()).toEqual(topics.map(({ topic }) => topic).sort())
  for (const { type, topic } of topics)
    expect(page).toMatch(new RegExp(`^\\| \`${topic}\` \\|[^|]*\\| \`${type}\``, 'm'))
})

test('the limits of a topic on the page are those of the catalogue', () => {
  for (const log of topicLogs) {
    const [most, withoutReader] = [log.maximumEntries, log.maximumEntriesWithoutReader].map((n) =>
      n.toLocaleString('en'),
    )
    const hours = log.maximumAgeMs / 3_600_000
    expect(page).toContain(`${hours} h or ${most} entries at most, ${withoutReader} while there is no reader`)
  }
})

test('on a Cluster the keys of a device carry its partition, and the names people write are translated', () => {
  const cluster = createKeys({ partitions: 16, cluster: true })
  const tag = `{${String(partitionOf('DEVICE1', 16)).padStart(2, '0')}}`
  expect(cluster.status('DEVICE1')).toBe(`sc:status:${tag}:DEVICE1`)
  expect(cluster.resolve('sc:status:DEVICE1')).toBe(cluster.status('DEVICE1'))
  expect(cluster.resolve('sc:connection:DEVICE1')).toBe(cluster.connection('DEVICE1'))
  expect(cluster.resolve('sc:session:abc')).toBe('sc:session:abc')
  expect(keys.resolve('sc:status:DEVICE1')).toBe('sc:status:DEVICE1')
})
