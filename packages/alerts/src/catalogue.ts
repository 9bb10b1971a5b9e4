import { type AlertRule, alertRuleSchema } from '@stellacontrol/protocol'
import { communicationRules } from './catalogue/communication.ts'
import { environmentRules } from './catalogue/environment.ts'
import { equipmentRules } from './catalogue/equipment.ts'
import { processingRules } from './catalogue/processing.ts'
import { qualityRules } from './catalogue/quality.ts'

/** The rules that every installation has; docs/alerts.md explains each. Data: nothing here decides anything. */
export const catalogue: readonly AlertRule[] = [
  ...communicationRules,
  ...environmentRules,
  ...equipmentRules,
  ...qualityRules,
  ...processingRules,
].map((rule) => alertRuleSchema.parse(rule))
