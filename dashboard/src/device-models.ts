import type { BandSpecification, DeviceModel, Limits } from '@stellacontrol/protocol'
import bandSpecifications from '@stellacontrol/protocol/models/bands.json'
import deviceModels from '@stellacontrol/protocol/models/ir.json'
import defaultLimits from '@stellacontrol/protocol/models/limits.json'

/** What the page knows of models, bands and limits: the same files that the services judge reports by. */
const models = new Map((deviceModels as DeviceModel[]).map((model) => [model.model, model]))
const bands = new Map((bandSpecifications as unknown as BandSpecification[]).map((band) => [band.name, band]))

export const modelNames = [...models.keys()]

/** "800 MHz" of "B20"; undefined for a band that is newer than this page. */
export function bandLabel(band: string): string | undefined {
  return bands.get(band)?.label
}

/** The limits of a model: the defaults with the model's own laid over them. */
export function limitsOf(model: string | undefined): Limits {
  const own = model === undefined ? undefined : models.get(model)?.limits
  return own === undefined ? defaultLimits : { ...defaultLimits, ...own }
}
