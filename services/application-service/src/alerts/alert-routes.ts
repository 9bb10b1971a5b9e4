import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { addBacktestRoutes } from './backtest-routes.ts'
import { addIncidentChangeRoutes } from './incident-change-routes.ts'
import { addIncidentRoutes } from './incident-routes.ts'
import { addMaintenanceRoutes } from './maintenance-routes.ts'
import { addReportRoutes } from './report-routes.ts'
import { addOverrideRoutes, addOwnRuleRoutes } from './rule-change-routes.ts'
import { addRuleRoutes } from './rule-routes.ts'

/** Incidents, the rules that raise them, the times in which nobody is told, and what a month was like. */
export function addAlertRoutes(server: ApiServer, application: Application): void {
  addIncidentRoutes(server, application)
  addIncidentChangeRoutes(server, application)
  addRuleRoutes(server, application)
  addBacktestRoutes(server, application)
  addOwnRuleRoutes(server, application)
  addOverrideRoutes(server, application)
  addMaintenanceRoutes(server, application)
  addReportRoutes(server, application)
}
