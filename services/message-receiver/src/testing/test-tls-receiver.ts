import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createOrganisation } from '@stellacontrol/database'
import { freePort, temporaryFolder } from '@stellacontrol/test-servers'
import { createAuthority, issueCertificate } from '@stellacontrol/test-servers/certificates'
import { startTestReceiver, type TestReceiver } from './test-receiver.ts'

/** A receiver that speaks TLS too, and a customer beside the one whose devices it knows. */
export interface TestTlsReceiver extends TestReceiver {
  tlsPort: number
  /** PEM of who vouches for it. */
  authority: string
  nextOwner: number
}

export async function startTestTlsReceiver(): Promise<TestTlsReceiver> {
  const authority = await createAuthority({ commonName: 'Test authority', days: 2 })
  const wish = { commonName: 'localhost', use: 'server', addresses: ['127.0.0.1'], days: 2 } as const
  const issued = await issueCertificate(authority, wish)
  const folder = temporaryFolder()
  const files = { STELLA_MQTT_TLS_CERT: join(folder, 'server.pem'), STELLA_MQTT_TLS_KEY: join(folder, 'server.key') }
  writeFileSync(files.STELLA_MQTT_TLS_CERT, issued.certificate)
  writeFileSync(files.STELLA_MQTT_TLS_KEY, issued.key)
  const tlsPort = await freePort()
  const receiver = await startTestReceiver({ ...files, STELLA_MQTT_TLS_PORT: String(tlsPort) })
  const [top] = await receiver.database.query<{ id: number }>('select id from organisation where parent_id is null')
  const customer = { parentId: top?.id ?? 0, kind: 'customer', name: 'Next owner' } as const
  const { id: nextOwner } = await createOrganisation(receiver.database, customer)
  return Object.assign(receiver, { tlsPort, authority: authority.certificate, nextOwner })
}
