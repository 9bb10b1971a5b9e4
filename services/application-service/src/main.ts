import { runService } from '@stellacontrol/runtime'
import { openApplication } from './open-application.ts'

await runService('application-service', process.env, async (context) => void (await openApplication(context)))
