import { alertsServiceBench } from './alerts-service.ts'
import { statusesEvaluatedPerSecond } from './evaluator-speed.ts'

/** How fast statuses become alerts. */
export async function alertsBench(): Promise<Record<string, unknown>> {
  return { statusesEvaluatedPerSecond: statusesEvaluatedPerSecond(), ...(await alertsServiceBench()) }
}
