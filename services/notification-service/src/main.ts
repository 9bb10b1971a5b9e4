import { runService } from '@stellacontrol/runtime'
import { openNotificationService } from './notification-service.ts'

await runService('notification-service', process.env, openNotificationService)
