import { hashToken, type StoredSession } from '../session/sessions.ts'
import type { TestApplication } from './test-application.ts'
import type { TestClient } from './test-client.ts'

/** As if a client's last proof were eleven minutes old: in the real session store. */
export async function letProofAge({ redis }: TestApplication, { cookie }: TestClient): Promise<void> {
  const { state, keys } = redis
  const key = keys.session(hashToken(cookie?.split('=')[1] ?? ''))
  const stored = JSON.parse(String(await state.command(key, ['GET', key]))) as StoredSession
  const aged = JSON.stringify({ ...stored, provenAt: stored.provenAt - 11 * 60_000 })
  await state.command(key, ['SET', key, aged, 'KEEPTTL'])
}
