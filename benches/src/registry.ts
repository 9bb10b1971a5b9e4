import { addPerson, type Person, type Stack, signIn, startStack } from '@stellacontrol/e2e'
import { decodeReport, encodeReport, reportToStatus } from '@stellacontrol/protocol'
import { limitsOf } from '@stellacontrol/protocol/models'
import { acceptStatuses, openRedis, statusUpdateOf } from '@stellacontrol/redis'
import { freePort, waitFor } from '@stellacontrol/test-servers'
import { fullReport } from './load-payload.ts'
import { usageOfTree } from './process-usage.ts'
import { registryDevicesBench } from './registry-devices.ts'

const devices = 100_000
const organisations = 1_000
const statusesPerCall = 250
const variants = 500
const signIns = 40

/**
 * How long people wait for the fleet table with 100,000 devices of 1,000 organisations, all of which have reported: pages, search and
 * filters over HTTP, as somebody who sees all and as a customer with 100 devices. The service runs as the API's role.
 */
async function registryBench({ seconds }: { seconds: number }): Promise<Record<string, unknown>> {
  const port = await freePort()
  const httpUrl = `http://127.0.0.1:${port}`
  const environment = { STELLA_HTTP_PORT: String(port), STELLA_HTTP_HOST: '127.0.0.1', STELLA_LOG_LEVEL: 'warn' }
  await using stack = await startStack({ devices: 1, receivers: 0, processors: 0, environment })
  await fillRegistry(stack)
  await fillStatuses(stack)
  const startedAt = performance.now()
  const service = stack.helper('application-service', 'services/application-service/dist/main.js')
  await waitFor(async () => (await fetch(`${httpUrl}/readyz`)).status === 200, {
    what: 'the service',
    deadlineMs: 120_000,
  })
  const operator = await addPerson(stack.database)
  const owner = await addPerson(stack.database, { organisation: 'Customer 500' })
  const manufacturer = await signIn(httpUrl, operator)
  const customer = await signIn(httpUrl, owner)
  // The index is whole when the last status was read.
  const reported = async () => (await ask(httpUrl, manufacturer, 'presence=never-seen&limit=1')).total
  await waitFor(async () => (await reported()) <= 1, {
    what: 'every status to be read',
    deadlineMs: 180_000,
    intervalMs: 500,
  })
  const startMs = Math.round(performance.now() - startedAt)

  const shareMs = (seconds * 1000) / 6
  const measure = (queries: (turn: number) => string, cookie: string) => measureAsks(httpUrl, cookie, queries, shareMs)
  const result = {
    devices,
    organisations,
    startMs,
    listMs: await measure(listQuery, manufacturer),
    searchMs: await measure(searchQuery, manufacturer),
    liveFilterMs: await measure(liveFilterQuery, manufacturer),
    asCustomer: {
      listMs: await measure(listQuery, customer),
      searchMs: await measure(searchQuery, customer),
      liveFilterMs: await measure(liveFilterQuery, customer),
    },
    signInCpuMs: await measureSignIns(httpUrl, operator, service.pid),
    rssMiB: usageOfTree(service.pid).rssMiB,
  }
  return result
}

/** Both halves of the registry's question: the table that people look at, and the devices that sign in. */
export async function wholeRegistryBench(options: { seconds: number }): Promise<Record<string, unknown>> {
  const table = await registryBench(options)
  return { ...table, ...(await registryDevicesBench()) }
}

const listQuery = (turn: number) => `limit=100&sort=${['severity', 'name', 'lastReportAt', 'boardCelsius'][turn % 4]}`
/** Part of a serial, of a name, of a site, a tag, and something that nobody has. */
const searchQuery = (turn: number) =>
  `search=${[`r${String(turn * 7919).slice(-4)}`, `booster ${turn % 997}`, `site ${turn % 1000}`, 'roof', 'xyzzy'][turn % 5]}`
const liveFilterQuery = (turn: number) =>
  [
    'minimumBoardCelsius=49.5&sort=boardCelsius',
    'maximumIsolationMarginDb=20&sort=minimumIsolationMarginDb',
    'band=B20&bandState=reduced,fault',
    'severity=major,critical&tag=roof&state=active',
  ][turn % 4] ?? ''

async function ask(httpUrl: string, cookie: string, query: string): Promise<{ total: number }> {
  const response = await fetch(`${httpUrl}/v1/devices?${query}`, { headers: { cookie } })
  if (!response.ok) throw new Error(`${query} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as { total: number }
}

async function measureAsks(httpUrl: string, cookie: string, queryOf: (turn: number) => string, durationMs: number) {
  for (let turn = 0; turn < 20; turn++) await ask(httpUrl, cookie, queryOf(turn))
  const latencies: number[] = []
  const untilAt = performance.now() + durationMs
  for (let turn = 0; performance.now() < untilAt || turn < 100; turn++) {
    const startedAt = performance.now()
    await ask(httpUrl, cookie, queryOf(turn))
    latencies.push(performance.now() - startedAt)
  }
  return { count: latencies.length, ...percentilesOf(latencies) }
}

async function measureSignIns(httpUrl: string, person: Person, pid: number) {
  const cpuMs: number[] = []
  for (let turn = 0; turn < signIns; turn++) {
    const before = usageOfTree(pid).cpuSeconds
    await signIn(httpUrl, person)
    cpuMs.push((usageOfTree(pid).cpuSeconds - before) * 1000)
  }
  return percentilesOf(cpuMs)
}

function percentilesOf(values: number[]): { p50: number; p99: number } {
  const sorted = values.toSorted((left, right) => left - right)
  const at = (fraction: number) => Math.round((sorted[Math.floor(fraction * (sorted.length - 1))] ?? 0) * 10) / 10
  return { p50: at(0.5), p99: at(0.99) }
}

const serialOf = (device: number) => `R${String(device).padStart(6, '0')}`

/** By SQL: registering is not what is measured. */
async function fillRegistry({ database }: Stack): Promise<void> {
  const [top] = await database.query<{ id: number }>(`select id from organisation where kind = 'manufacturer'`)
  await database.execute(
    `insert into organisation (parent_id, kind, name)
     select $1, 'customer', 'Customer ' || n from generate_series(1, $2::int) n`,
    [top?.id, organisations],
  )
  await database.execute(
    `insert into site (organisation_id, name, time_zone)
     select id, 'Site ' || substr(name, 10), 'Europe/Brussels' from organisation where name like 'Customer %'`,
  )
  await database.withConnection(
    (connection) =>
      connection.execute(
        `with owner as (
           select organisation.id, site.id as site_id, row_number() over (order by organisation.id) as position
           from organisation join site on site.organisation_id = organisation.id where organisation.name like 'Customer %'
         )
         insert into device (serial, organisation_id, site_id, model, name, activated_at, tags)
         select 'R' || lpad(n::text, 6, '0'), owner.id, site_id, 'iR5', 'Booster ' || n, now(),
           case when n % 10 = 0 then '{roof,lift}' else '{}' end::text[]
         from generate_series(0, $1::int - 1) n join owner on position = n % $2::int + 1`,
        [devices, organisations],
      ),
    { statementTimeoutMs: 120_000 },
  )
  await database.execute('analyze')
}

async function fillStatuses(stack: Stack): Promise<void> {
  await using redis = openRedis({ name: 'bench', environment: stack.environment })
  await redis.state.ready()
  const now = Date.now()
  const statuses = Array.from({ length: variants }, (_, variant) => statusOfVariant(variant, now))
  const parts = new Map<number, string[]>()
  for (let device = 0; device < devices; device++) {
    const partition = redis.keys.partitionOf(serialOf(device))
    parts.set(partition, [...(parts.get(partition) ?? []), serialOf(device)])
    const part = parts.get(partition) ?? []
    if (part.length < statusesPerCall && device < devices - 1) continue
    await send(partition, part)
    parts.delete(partition)
  }
  for (const [partition, part] of parts) await send(partition, part)

  async function send(partition: number, serials: string[]): Promise<void> {
    const updates = serials.map((serial) =>
      statusUpdateOf({ ...(statuses[Number(serial.slice(1)) % variants] as (typeof statuses)[number]), serial }),
    )
    await acceptStatuses(redis.state, redis.keys, partition, updates)
  }
}

function statusOfVariant(variant: number, now: number) {
  const decoded = decodeReport(encodeReport({ ...fullReport(variant), bootId: 1, seq: 1, sentAtMs: now }))
  if ('rejected' in decoded) throw new Error(decoded.detail)
  return reportToStatus('R000000', decoded.report, now, limitsOf('iR5'))
}
