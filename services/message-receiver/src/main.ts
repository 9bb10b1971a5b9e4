import { runService } from '@stellacontrol/runtime'
import { openReceiver } from './receiver.ts'

await runService('message-receiver', process.env, openReceiver)
