import protobuf from 'protobufjs/minimal.js'
import { stellacontrol } from '../generated/device.js'

// 64-bit fields are numbers, as the generated types promise. protobufjs hands out Long objects wherever that package happens
// to be installed; without it, it reads numbers. Everything here stays below 2^53.
protobuf.util.Long = undefined as never
protobuf.configure()

const { Report: ReportMessage } = stellacontrol.device.v1

/** A device report as it is on the wire: scaled integers, absent fields are null or undefined. See proto/device.proto. */
export type Report = stellacontrol.device.v1.Report.$Properties
export type BandReport = stellacontrol.device.v1.Band.$Properties

/** A report larger than this is set aside unread; a full report of eight bands stays below 500 bytes. */
export const maximumReportBytes = 4096

/** More bands, fans or error codes than any model can have are taken for a damaged or hostile message. */
const maximumBands = 16
const maximumFans = 8
const maximumErrorCodes = 32

/** Why a message can never become a report. Stable: stored with the message that was set aside, shown to operators. */
export const rejectionReasons = [
  'empty',
  'oversized',
  'undecodable',
  'missing-identity',
  'too-many-elements',
  'past-dated',
  'future-dated',
  'unknown-device',
  'unstorable',
] as const
export type RejectionReason = (typeof rejectionReasons)[number]

export type DecodeResult = { report: Report & Identity } | { rejected: RejectionReason; detail: string }
export interface Identity {
  bootId: number
  seq: number
}

/** Encodes a report. Absent fields take no bytes. */
export function encodeReport(report: Report): Uint8Array {
  return ReportMessage.encode(report).finish()
}

/**
 * Decodes and checks the outer form of a report: size, protobuf syntax, identity, number of elements. Never throws:
 * what cannot be decoded is a decision, not an accident. Unknown fields are skipped [protobuf encoding guide].
 */
export function decodeReport(payload: Uint8Array): DecodeResult {
  if (payload.length === 0) return { rejected: 'empty', detail: 'no bytes' }
  if (payload.length > maximumReportBytes) {
    return { rejected: 'oversized', detail: `${payload.length} bytes, at most ${maximumReportBytes}` }
  }
  let report: Report
  try {
    report = ReportMessage.decode(payload)
  } catch (error) {
    return { rejected: 'undecodable', detail: error instanceof Error ? error.message : String(error) }
  }
  if (!report.bootId || !report.seq) {
    return { rejected: 'missing-identity', detail: 'boot_id and seq must be present and at least 1' }
  }
  const bands = report.bands?.length ?? 0
  const fans = report.environment?.fans?.length ?? 0
  const errorCodes = report.device?.errorCodes?.length ?? 0
  if (bands > maximumBands || fans > maximumFans || errorCodes > maximumErrorCodes) {
    return { rejected: 'too-many-elements', detail: `${bands} bands, ${fans} fans, ${errorCodes} error codes` }
  }
  return { report: report as Report & Identity }
}
