import {
  claimCodeSchema,
  claimSchema,
  createdCredentialSchema,
  credentialListSchema,
  deviceChangeSchema,
  deviceEventListSchema,
  importQuerySchema,
  importReportSchema,
  registryDeviceSchema,
  stateChangeSchema,
  transferSchema,
} from '@stellacontrol/protocol'
import { done, type MadeUpAnswer, ok, problem, type SignedIn } from './made-up-answer.ts'
import type { MadeUpRegistry } from './made-up-registry.ts'

export function answerRegistry(registry: MadeUpRegistry, request: SignedIn, [kind, serial, part, id]: string[]) {
  const { method, body, url, person } = request
  if (kind === 'claims') {
    const { serial, code, organisationId, siteId, name } = claimSchema.parse(body)
    const device = registry.claim(serial, code, organisationId, siteId, name)
    if (device === undefined) return problem(404, 'claim-refused')
    registry.write(person.email, 'device.claimed', 'device', serial, organisationId)
    return ok(registryDeviceSchema.parse(device))
  }
  if (kind === 'import')
    return answerImport(importQuerySchema.parse(Object.fromEntries(url.searchParams)), String(body))
  const device = registry.device(serial ?? '')
  if (device === undefined || !registry.visibleTo(person).has(device.organisation.id))
    return problem(404, 'device-not-found')
  if (part === undefined && method === 'GET') return ok(registryDeviceSchema.parse(device))
  if (part === undefined) {
    const { siteId, ...change } = deviceChangeSchema.parse(body)
    const site = registry.sites.find((one) => one.id === siteId)
    registry.changeDevice(device.serial, { ...change, site: site ? { id: site.id, name: site.name } : null })
    registry.write(person.email, 'device.changed', 'device', device.serial, device.organisation.id)
    return ok(registryDeviceSchema.parse(registry.device(device.serial)))
  }
  if (part === 'state') {
    registry.changeDevice(device.serial, stateChangeSchema.parse(body))
    return done
  }
  if (part === 'transfer') {
    const { organisationId } = transferSchema.parse(body)
    registry.changeDevice(device.serial, { organisation: registry.referenceOf(organisationId), site: null })
    return done
  }
  if (part === 'claim-code') {
    const expiresAt = new Date(Date.now() + 900_000).toISOString()
    return ok(claimCodeSchema.parse({ serial: device.serial, code: '2B4H-W8DE-7K3M-9QZX', expiresAt }))
  }
  if (part === 'events') {
    const items = registry.audit.filter(({ objectId }) => objectId === device.serial)
    return ok(deviceEventListSchema.parse({ items, nextCursor: null }))
  }
  return answerCredentials(registry, request, device.serial, Number(id))
}

function answerCredentials(registry: MadeUpRegistry, { method }: SignedIn, serial: string, id: number): MadeUpAnswer {
  const credentials = registry.credentials.get(serial) ?? []
  if (method === 'GET') return ok(credentialListSchema.parse({ items: credentials }))
  if (method === 'DELETE') {
    registry.credentials.set(
      serial,
      credentials.filter((one) => one.id !== id),
    )
    return done
  }
  const made = {
    id: credentials.length + 1,
    kind: 'secret' as const,
    createdAt: new Date().toISOString(),
    expiresAt: null,
    lastUsedAt: null,
    isKnownToEarlierOwner: false,
    isClaimOnly: false,
    fingerprint: null,
  }
  registry.credentials.set(serial, [...credentials, made])
  return { status: 201, body: createdCredentialSchema.parse({ ...made, secret: 'made-up-secret-shown-once' }) }
}

/** Every line with the word "bad" in it is a bad one. */
function answerImport({ dryRun }: { dryRun: 'true' | 'false' }, csv: string): MadeUpAnswer {
  const lines = csv.trim().split('\n').slice(1)
  const problems = lines.flatMap((line, index) =>
    line.includes('bad')
      ? [{ line: index + 2, column: 'model', value: line.split(',')[1] ?? '', problem: 'there is no such model' }]
      : [],
  )
  const added = problems.length === 0 ? lines.length : 0
  return ok(
    importReportSchema.parse({
      dryRun: dryRun === 'true',
      lines: lines.length,
      added,
      changed: 0,
      unchanged: 0,
      problems,
    }),
  )
}
