import { bandSpecifications, deviceModels } from '@stellacontrol/protocol/models'
import type { ModelFacts } from './read-measure.ts'

const outputMaximumDbm = new Map(
  [...bandSpecifications.values()].map(({ name, downlinkOutputMaximumDbm }) => [name, downlinkOutputMaximumDbm]),
)
const facts = new Map<string, ModelFacts>(
  [...deviceModels.values()].map(({ model, nominalSupplyVolts, maximumSupplyAmperes }) => [
    model,
    { nominalSupplyVolts, maximumSupplyAmperes, outputMaximumDbm },
  ]),
)

/** What the evaluator needs to know of a model; undefined for one that nobody described. */
export function modelFactsOf(model: string | undefined): ModelFacts | undefined {
  return model === undefined ? undefined : facts.get(model)
}
