export { type BacktestPlan, planBacktest } from './backtest-plan.ts'
export { catalogue } from './catalogue.ts'
export { type CheckedRule, checkChanges, checkRule, type RuleProblem } from './check-rule.ts'
export { type CompiledRule, type CompiledRules, compileRules } from './compile-rules.ts'
export { catalogueTables, describeRule, platformTable, type RuleDescription } from './describe-rule.ts'
export { type DeviceState, entryKey, staleAfterMs } from './device-state.ts'
export { type DevicePlace, effectiveRules, type RuleOverride } from './effective-rules.ts'
export {
  type Decision,
  type DeviceFacts,
  type Evaluation,
  evaluateMoment,
  evaluateReport,
  isKnown,
} from './evaluate.ts'
export type { HeededIncident } from './firing.ts'
export { type BacktestDevice, type BacktestRange, FleetBacktest } from './fleet-backtest.ts'
export { clockOf } from './local-time.ts'
export { isInWindow, type MaintenanceTimes, windowState } from './maintenance-window.ts'
export { modelFactsOf } from './model-facts.ts'
export { nextDeadline } from './next-deadline.ts'
export { learnHistory, type PastHour } from './own-normal.ts'
export {
  evaluatePlatform,
  type PlatformEntries,
  type PlatformFigure,
  type PlatformFigures,
  platformRules,
} from './platform-rules.ts'
export type { ModelFacts } from './read-measure.ts'
export { runBacktest } from './run-backtest.ts'
export { alertText, duration, unitOf } from './wording.ts'
