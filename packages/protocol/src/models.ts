import { readFileSync } from 'node:fs'
import { z } from 'zod'

/**
 * Device models, bands and limits: data in `packages/protocol/models`, never code. This module reads files and is therefore
 * exported as `@stellacontrol/protocol/models`, apart from what a browser loads.
 */
const severities = z.object({
  minor: z.number().optional(),
  major: z.number().optional(),
  critical: z.number().optional(),
})

export const limitsSchema = z.object({
  boardCelsius: severities,
  paCelsius: severities,
  isolationMarginDb: severities,
  gainReductionDb: severities,
  downlinkInputLowDbm: severities,
  downlinkInputHighDbm: severities,
  returnLossDb: severities,
  supplyDeviationPercent: severities,
  fanStoppedDrivePercent: z.number(),
  modemRsrpDbm: severities,
})
export type Limits = z.infer<typeof limitsSchema>

export const bandSpecificationSchema = z.object({
  band: z.number().int(),
  name: z.string(),
  label: z.string(),
  downlinkMhz: z.tuple([z.number(), z.number()]),
  uplinkMhz: z.tuple([z.number(), z.number()]),
  gainMaximumDb: z.number(),
  downlinkOutputMaximumDbm: z.number(),
})
export type BandSpecification = z.infer<typeof bandSpecificationSchema>

export const deviceModelSchema = z.object({
  model: z.string(),
  family: z.string(),
  bands: z.array(z.number().int()),
  fans: z.number().int(),
  nominalSupplyVolts: z.number(),
  maximumSupplyAmperes: z.number(),
  limits: limitsSchema.partial().optional(),
})
export type DeviceModel = z.infer<typeof deviceModelSchema>

function readModelFile<Schema extends z.ZodType>(name: string, schema: Schema): z.infer<Schema> {
  return schema.parse(JSON.parse(readFileSync(new URL(`../models/${name}`, import.meta.url), 'utf8')))
}

export const deviceModels = new Map(
  readModelFile('ir.json', z.array(deviceModelSchema)).map((model) => [model.model, model]),
)
export const bandSpecifications = new Map(
  readModelFile('bands.json', z.array(bandSpecificationSchema)).map((band) => [band.band, band]),
)
export const defaultLimits = readModelFile('limits.json', limitsSchema)

/** The limits that hold for a model: the defaults, with the model's own laid over them. Unknown models have the defaults. */
export function limitsOf(model: string | undefined): Limits {
  const own = model === undefined ? undefined : deviceModels.get(model)?.limits
  return own === undefined ? defaultLimits : { ...defaultLimits, ...own }
}
