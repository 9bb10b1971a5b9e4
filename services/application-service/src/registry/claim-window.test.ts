import { createHash } from 'node:crypto'
import { findDevice, maximumWrongTries, openClaimWindow, systemScope, withTransaction } from '@stellacontrol/database'
import type { RegistryDeviceView } from '@stellacontrol/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let maker: TestClient
let installer: TestClient
let harbourId: number

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  maker = await application.signIn('StellaControl', 'administrator')
  installer = await application.signIn('Harbour', 'installer')
  harbourId = await organisationId('Harbour')
})
afterAll(() => application.stop())

async function organisationId(name: string): Promise<number> {
  const rows = await application.database.query<{ id: number }>('select id from organisation where name = $1', [name])
  return rows[0]?.id ?? 0
}

const shown = '7K3M-9QZX-2B4H-W8DE'
/** A device that is nobody's and shows this code, as the receiver opens its window. */
async function windowOf(serial: string) {
  const device = { serial, model: 'iR5', organisationId: await organisationId('StellaControl') }
  expect((await maker.post('/v1/registry/devices', device)).status).toBe(200)
  const id = (await findDevice(application.database, systemScope, serial))?.id ?? 0
  const codeSha256 = createHash('sha256').update(shown.replaceAll('-', '')).digest()
  await withTransaction(application.database, (queries) =>
    openClaimWindow(queries, { id, serial }, { codeSha256, seconds: 60 }),
  )
}
const claim = (serial: string, code: string) =>
  installer.post<RegistryDeviceView & { code: string }>('/v1/registry/claims', {
    ...{ serial, code, organisationId: harbourId },
  })

test('an installer claims the device whose display shows the code, once', async () => {
  await windowOf('SHOWN-1')
  const claimed = await claim('SHOWN-1', shown.toLowerCase())
  expect(claimed.status).toBe(200)
  expect(claimed.body).toMatchObject({ state: 'claimed', organisation: { name: 'Harbour' } })
  expect((await claim('SHOWN-1', shown)).body.code).toBe('claim-refused')
})

test('five wrong codes lock the window of a device as they lock every code', async () => {
  await windowOf('SHOWN-2')
  for (let tries = 0; tries < maximumWrongTries; tries++) {
    expect((await claim('SHOWN-2', '0000-0000-0000-0000')).body.code).toBe('claim-refused')
  }
  expect((await claim('SHOWN-2', shown)).body.code).toBe('claim-refused')
})
