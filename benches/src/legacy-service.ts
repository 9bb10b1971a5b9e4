import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import {
  defaultReportRetentionMs,
  findDeviceIds,
  historyRow,
  openDatabase,
  reportColumns,
} from '@stellacontrol/database'
import { decodeReport } from '@stellacontrol/protocol'
import { Aedes } from 'aedes'

/**
 * The design that StellaControl replaces, honestly built: the same broker, every message one INSERT of the same row with the same
 * index on 16 connections, committed and fsynced before PUBACK; pages and services poll REST, which reads SQL.
 */
const connections = 16
const database = openDatabase({
  url: process.env.DATABASE_URL ?? '',
  applicationName: 'legacy',
  maximumConnections: connections,
})
const deviceIds = new Map<string, number>()
const placeholders = reportColumns.map((_, index) => `$${index + 1}`).join(', ')

const broker = await Aedes.createBroker({
  authorizePublish(client, packet, done) {
    store(client?.id ?? '', packet.payload as Buffer).then(
      () => done(null),
      (error: Error) => done(error),
    )
  },
})

async function store(serial: string, payload: Buffer): Promise<void> {
  const decoded = decodeReport(payload)
  if ('rejected' in decoded) return
  const deviceId = deviceIds.get(serial) ?? 0
  const row = historyRow(decoded.report, Date.now(), { deviceId, retentionMs: defaultReportRetentionMs })
  if ('rejected' in row) return
  const values = [new Date(row.at), deviceId, ...row.integers, ...row.smallints, row.bands]
  await database.query(`insert into ${row.table} (${reportColumns.join(', ')}) values (${placeholders})`, values)
}

/** `/devices?ids=…`: the newest row of each device; `/changes?since=…`: what services poll. */
const api = createHttpServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  try {
    const rows =
      url.pathname === '/devices'
        ? await database.query(
            `select latest.* from unnest($1::int[]) as wanted (id)
             cross join lateral (select * from report where device_id = wanted.id order by at desc limit 1) latest`,
            [(url.searchParams.get('ids') ?? '').split(',').map(Number)],
          )
        : await database.query('select * from report where device_id = any($1) and at > $2', [
            [...deviceIds.values()],
            new Date(Number(url.searchParams.get('since'))),
          ])
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(rows))
  } catch (error) {
    response.writeHead(503).end(String(error))
  }
})

process.on('disconnect', () => process.exit(0))
process.on('message', async (message: { type: string; serials: string[] }) => {
  if (message.type !== 'start') return
  for (const [serial, id] of await findDeviceIds(database, message.serials)) deviceIds.set(serial, id)
  const mqtt = createServer({ noDelay: true }, broker.handle)
  await new Promise<void>((resolve) => mqtt.listen(0, '127.0.0.1', resolve))
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
  const [mqttPort, httpPort] = [mqtt, api].map((server) => (server.address() as { port: number }).port)
  process.send?.({ type: 'ready', mqttPort, httpPort, ids: [...deviceIds.values()] })
})
