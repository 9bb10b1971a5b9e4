import type { Fleet } from '../fleet/fleet.ts'
import { type Fault, type FaultSpecification, faultKinds, faultTraits } from './fault.ts'

/** A fault file or a fleet file that cannot be understood; the message names the entry and the field. */
export class FaultFileError extends Error {
  readonly code = 'fault-file-invalid'
}

/** Checks data from a file. Throws FaultFileError. */
export function parseFaults(data: unknown): FaultSpecification[] {
  if (!Array.isArray(data)) throw new FaultFileError('a list of faults is expected')
  return data.map((entry: unknown, index) => parseFault(entry, `fault ${index + 1}`))
}

function parseFault(entry: unknown, where: string): FaultSpecification {
  const fail = (what: string): never => {
    throw new FaultFileError(`${where}: ${what}`)
  }
  if (typeof entry !== 'object' || entry === null) return fail('an object is expected')
  const fields = entry as Record<string, unknown>
  const { fault, label, serial, site, band, magnitude, start, end, everySeconds } = fields
  const kind = faultKinds.find((candidate) => candidate === fault)
  if (kind === undefined) return fail(`"fault" must be one of ${faultKinds.join(', ')}`)
  if (typeof serial !== 'string' && typeof site !== 'string') return fail('"serial" or "site" must be given')
  if (!isMoment(start)) return fail('"start" must be seconds from the start of the run or an ISO 8601 moment')
  if (end !== undefined && !isMoment(end)) return fail('"end" must be seconds or an ISO 8601 moment')
  const specification: FaultSpecification = { fault: kind, start }
  if (end !== undefined) specification.end = end
  if (typeof label === 'string') specification.label = label
  if (typeof serial === 'string') specification.serial = serial
  if (typeof site === 'string') specification.site = site
  for (const [name, value] of Object.entries({ band, magnitude, everySeconds })) {
    if (value === undefined) continue
    if (typeof value !== 'number' || !Number.isFinite(value)) return fail(`"${name}" must be a number`)
    specification[name as 'band' | 'magnitude' | 'everySeconds'] = value
  }
  if (everySeconds !== undefined && end === undefined) return fail('"everySeconds" needs an "end"')
  return specification
}

function isMoment(value: unknown): value is number | string {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}

/** The faults of every device, by serial. `runStartAt` in epoch ms. Throws FaultFileError for an unknown device or site. */
export function resolveFaults(
  fleet: Fleet,
  specifications: readonly FaultSpecification[],
  runStartAt: number,
): Map<string, Fault[]> {
  const faults = new Map<string, Fault[]>()
  for (const specification of specifications) {
    for (const serial of serialsOf(fleet, specification)) {
      const list = faults.get(serial) ?? []
      list.push(resolveFault(specification, serial, runStartAt))
      faults.set(serial, list)
    }
  }
  return faults
}

function serialsOf(fleet: Fleet, { serial, site }: FaultSpecification): string[] {
  const serials = fleet.devices
    .filter((device) => (serial === undefined ? device.site === site : device.serial === serial))
    .map((device) => device.serial)
  if (serials.length === 0) throw new FaultFileError(`no device matches ${serial ?? `site ${site}`}`)
  return serials
}

function resolveFault(specification: FaultSpecification, serial: string, runStartAt: number): Fault {
  const { fault: kind, band, start, end, everySeconds } = specification
  const moment = (value: number | string): number =>
    typeof value === 'number' ? runStartAt + value * 1000 : Date.parse(value)
  const subject = band === undefined ? serial : `${serial} B${band}`
  return {
    kind,
    label: specification.label ?? `${kind} ${subject}`,
    serial,
    band,
    magnitude: specification.magnitude ?? faultTraits[kind].magnitude,
    startAt: moment(start),
    endAt: end === undefined ? Number.POSITIVE_INFINITY : moment(end),
    everyMs: everySeconds === undefined ? undefined : everySeconds * 1000,
  }
}
