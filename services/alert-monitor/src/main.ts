import { runService } from '@stellacontrol/runtime'
import { openAlertMonitor } from './alert-monitor.ts'

await runService('alert-monitor', process.env, openAlertMonitor)
