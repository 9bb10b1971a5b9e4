import { z } from 'zod'
import {
  bandStates,
  bearers,
  gainLimitCauses,
  powerSources,
  reportModes,
  resetReasons,
  shutdownReasons,
} from './words.ts'

export * from './presence.ts'

/**
 * The latest status of a device as every other service and client reads it: Redis `sc:status:<serial>`, the durable topic
 * `sc:device-status`, the API and the WebSocket. Units stand in the names, moments are ISO 8601 UTC. A value that was not
 * measured, or that cannot be true, is absent; it is never 0 or null.
 */
const optionalWord = <Words extends readonly [string, ...string[]]>(words: Words) => z.enum(words).optional()
const value = z.number().optional()

/** Average over the report interval with the lowest and highest value seen in it. */
export const levelSchema = z.object({ minimum: value, average: z.number(), maximum: value })
export type Level = z.infer<typeof levelSchema>

export const bandStatusSchema = z.object({
  band: z.string().describe('3GPP band, e.g. "B20"'),
  enabled: z.boolean().describe('the setting; a band can be enabled and shut down'),
  state: z.enum(bandStates),
  shutdownReason: optionalWord(shutdownReasons),
  shutdownRetries: value,
  gainSetDb: value.describe('what the settings ask for'),
  gainMaximumDb: value.describe('what conditions allow now'),
  gainActualDb: value.describe('downlink; uplink too unless uplinkGainActualDb is present'),
  gainLimitCause: optionalWord(gainLimitCauses).describe('why actual is below set'),
  uplinkGainActualDb: value,
  downlinkInputDbm: levelSchema.optional().describe('composite donor level at the donor port'),
  downlinkOutputDbm: levelSchema.optional().describe('composite level at the server port'),
  uplinkInputDbm: value.describe('absent while nobody transmits'),
  uplinkOutputDbm: value.describe('absent while nobody transmits'),
  uplinkActiveSeconds: value.describe('seconds with uplink traffic in the report interval'),
  isolationDb: value,
  isolationMarginDb: value.describe('isolation minus actual gain'),
  returnLossDb: value,
  paCelsius: value,
  oscillations24h: value,
  donorRsrpDbm: value,
  donorRsrqDb: value,
  donorSinrDb: value,
})
export type BandStatus = z.infer<typeof bandStatusSchema>

export const severities = ['normal', 'minor', 'major', 'critical'] as const
export type Severity = (typeof severities)[number]

export const findingSchema = z.object({
  code: z.string().describe('stable, e.g. "board-temperature-high"'),
  severity: z.enum(['minor', 'major', 'critical']),
  band: z.string().optional(),
  value: value,
  limit: value,
})
export type Finding = z.infer<typeof findingSchema>

export const deviceStatusSchema = z.object({
  bootId: z.number().int().describe('persistent boot counter of the device'),
  sequence: z.number().int().describe('report number since boot; (bootId, sequence) decides what is newer'),
  serial: z.string(),
  at: z.string().describe('when the device measured, by its clock if that is plausible, else when it was received'),
  receivedAt: z.string(),
  mode: z.enum(reportModes),
  intervalSeconds: value.describe('the next report is expected after this time'),
  uptimeSeconds: value,
  model: z.string().optional(),
  firmwareVersion: z.string().optional(),
  severity: z.enum(severities).describe('the worst finding of this one report; alerts need more than one report'),
  findings: z.array(findingSchema),
  device: z.object({
    hardwareRevision: value,
    resetReason: optionalWord(resetReasons),
    cpuLoadPercent: value,
    memoryFreeKilobytes: value,
    flashFreeKilobytes: value,
    configVersion: value,
    errorCodes: z.array(z.number().int()).optional().describe('OMA LwM2M object 3, resource 11'),
    clockOffsetSeconds: value,
  }),
  environment: z.object({
    boardCelsius: value,
    ambientCelsius: value,
    humidityPercent: value,
    doorOpen: z.boolean().optional(),
    fans: z.array(z.object({ speedRpm: value, drivePercent: value })).optional(),
  }),
  power: z.object({ source: optionalWord(powerSources), supplyVolts: value, supplyAmperes: value, inputWatts: value }),
  bands: z.array(bandStatusSchema),
  modem: z.object({
    bearer: optionalWord(bearers),
    ethernetLink: z.boolean().optional(),
    rsrpDbm: value,
    rsrqDb: value,
    sinrDb: value,
    rssiDbm: value,
    plmn: value,
    cellId: value,
    roundTripMs: value,
    reconnects24h: value,
    temperatureCelsius: value,
    sentBytes: value,
    receivedBytes: value,
    roaming: z.boolean().optional(),
  }),
  implausibleValues: z
    .array(z.string())
    .optional()
    .describe('values that were sent but cannot be true, e.g. "B20.downlinkInputDbm"; they are treated as absent'),
})
export type DeviceStatus = z.infer<typeof deviceStatusSchema>
