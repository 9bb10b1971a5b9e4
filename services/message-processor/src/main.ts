import { runService } from '@stellacontrol/runtime'
import { openProcessor } from './processor.ts'

await runService('message-processor', process.env, openProcessor)
