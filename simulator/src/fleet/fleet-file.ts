import { readFileSync } from 'node:fs'
import { isSerial } from '@stellacontrol/protocol'
import { deviceModels } from '@stellacontrol/protocol/models'
import { parseFaults } from '../faults/resolve-faults.ts'
import { type Fleet, type FleetDevice, type FleetSite, placements, siteKinds } from './fleet.ts'

/** A fleet file that cannot be used; the message names the file, the entry and the field, never a secret. */
export class FleetFileError extends Error {
  readonly code = 'fleet-file-invalid'
}

/** Reads a fleet file (JSON, type Fleet). Throws FleetFileError. */
export function readFleetFile(path: string): Fleet {
  try {
    return parseFleet(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new FleetFileError(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** Checks the data of a fleet file, references included. Throws an error that names entry and field. */
export function parseFleet(data: unknown): Fleet {
  const root = record(data, 'fleet')
  const organisations = list(root, 'organisations').map((entry, index) => ({
    name: text(record(entry, `organisations[${index}]`), 'name', `organisations[${index}]`),
  }))
  const sites = list(root, 'sites').map((entry, index) => parseSite(entry, `sites[${index}]`))
  const devices = list(root, 'devices').map((entry, index) => parseDevice(entry, `devices[${index}]`))
  const organisationNames = new Set(organisations.map(({ name }) => name))
  for (const site of sites) {
    if (!organisationNames.has(site.organisation))
      fail(`site "${site.name}"`, `unknown organisation "${site.organisation}"`)
  }
  const siteNames = new Set(sites.map(({ name }) => name))
  const serials = new Set<string>()
  for (const { serial, site } of devices) {
    if (!siteNames.has(site)) fail(`device ${serial}`, `unknown site "${site}"`)
    if (serials.has(serial)) fail(`device ${serial}`, 'is there twice')
    serials.add(serial)
  }
  const faults = root.faults === undefined ? [] : parseFaults(root.faults)
  return { seed: number(root, 'seed', 'fleet'), organisations, sites, devices, faults }
}

function parseSite(entry: unknown, where: string): FleetSite {
  const fields = record(entry, where)
  const timeZone = text(fields, 'timeZone', where)
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    fail(where, `"timeZone" ${timeZone} is not an IANA time zone`)
  }
  return {
    name: text(fields, 'name', where),
    organisation: text(fields, 'organisation', where),
    kind: oneOf(siteKinds, fields, 'kind', where),
    timeZone,
    latitude: number(fields, 'latitude', where),
    longitude: number(fields, 'longitude', where),
    address: text(fields, 'address', where),
  }
}

function parseDevice(entry: unknown, where: string): FleetDevice {
  const fields = record(entry, where)
  const serial = text(fields, 'serial', where)
  if (!isSerial(serial)) fail(where, `"serial" ${serial} is not a serial number`)
  const model = text(fields, 'model', where)
  if (!deviceModels.has(model)) fail(where, `"model" ${model} is not one of ${[...deviceModels.keys()].join(', ')}`)
  return {
    serial,
    secret: text(fields, 'secret', where),
    model,
    name: text(fields, 'name', where),
    site: text(fields, 'site', where),
    placement: fields.placement === undefined ? 'room' : oneOf(placements, fields, 'placement', where),
    firmwareVersion: fields.firmwareVersion === undefined ? '4.2.1' : text(fields, 'firmwareVersion', where),
  }
}

type Fields = Record<string, unknown>

function record(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(where, 'an object is expected')
  return value as Fields
}

function list(fields: Fields, name: string): unknown[] {
  const value = fields[name]
  if (!Array.isArray(value)) return fail('fleet', `"${name}" must be a list`)
  return value
}

function text(fields: Fields, name: string, where: string): string {
  const value = fields[name]
  if (typeof value !== 'string' || value === '') return fail(where, `"${name}" must be a text`)
  return value
}

function number(fields: Fields, name: string, where: string): number {
  const value = fields[name]
  if (typeof value !== 'number' || !Number.isFinite(value)) return fail(where, `"${name}" must be a number`)
  return value
}

function oneOf<Word extends string>(words: readonly Word[], fields: Fields, name: string, where: string): Word {
  const value = fields[name]
  return words.find((word) => word === value) ?? fail(where, `"${name}" must be one of ${words.join(', ')}`)
}

function fail(where: string, what: string): never {
  throw new FleetFileError(`${where}: ${what}`)
}
